/** Which environment variables look like secrets, by their names alone. Pure. */

/** Most say what they are by their ending; these do not, or hold a password inside a URL. */
const exact = [
  ..."AWS_ACCESS_KEY_ID TOKEN SECRET PASSWORD PASSWD PASSPHRASE APIKEY API_KEY CREDENTIALS".split(" "),
  ..."PGPASSWORD SSHPASS SUDO_PASSWORD NPM_AUTH COMPOSER_AUTH REDISCLI_AUTH DOCKER_AUTH_CONFIG NETRC".split(" "),
  ..."DATABASE_URL POSTGRES_URL POSTGRESQL_URL MYSQL_URL MONGO_URL MONGODB_URL MONGO_URI MONGODB_URI".split(" "),
  ..."REDIS_URL AMQP_URL CLOUDAMQP_URL RABBITMQ_URL BROKER_URL CELERY_BROKER_URL SLACK_WEBHOOK".split(" "),
];

/** Providers of models: keys, and also the endpoints and organisations that go with them. */
const prefixes = [
  ..."ANTHROPIC_ OPENAI_ AZURE_OPENAI_ OPENROUTER_ FIREWORKS_ TOGETHER_ XAI_ GROQ_".split(" "),
  ..."MISTRAL_ DEEPSEEK_ COHERE_ CEREBRAS_ PERPLEXITY_".split(" "),
];

const suffixes = [
  ..."_KEY _APIKEY _TOKEN _SECRET _PASSWORD _PASSWD _PASSPHRASE _PASS _PWD _PAT _JWT _AUTHTOKEN _AUTH".split(" "),
  ..."_SECRETS _TOKENS _CREDENTIAL _CREDENTIALS _CREDS _ACCESS_KEY_ID _SECRET_ID".split(" "),
  ..."_DATABASE_URL _CONNECTION_STRING _DSN _WEBHOOK_URL".split(" "),
];

/** One pass over each name: this is asked for every variable of the host at every command. */
const secret = new RegExp(`^(?:${exact.join("|")})$|^(?:${prefixes.join("|")})|(?:${suffixes.join("|")})$`, "i");

/** They look like one and are none: a file's name, the id of a window, a public half. */
const harmless = /^(?:GOOGLE_APPLICATION_CREDENTIALS|XDG_ACTIVATION_TOKEN|GPG_KEY)$|_PUBLIC_KEY$/i;

/**
 * Whether a variable of this name is kept from children unless the caller gives it explicitly. Case does not matter.
 *
 * - exact names: `TOKEN`, `SECRET`, `PASSWORD`, `PASSWD`, `PASSPHRASE`, `APIKEY`, `API_KEY`, `CREDENTIALS`, `AWS_ACCESS_KEY_ID`, `PGPASSWORD`,
 *   `SSHPASS`, `SUDO_PASSWORD`, `NPM_AUTH`, `COMPOSER_AUTH`, `REDISCLI_AUTH`, `DOCKER_AUTH_CONFIG`, `NETRC`, `SLACK_WEBHOOK`, and addresses that
 *   usually hold a password: `DATABASE_URL`, `POSTGRES_URL`, `POSTGRESQL_URL`, `MYSQL_URL`, `MONGO_URL`, `MONGODB_URL`, `MONGO_URI`,
 *   `MONGODB_URI`, `REDIS_URL`, `AMQP_URL`, `CLOUDAMQP_URL`, `RABBITMQ_URL`, `BROKER_URL`, `CELERY_BROKER_URL`
 * - prefixes: `ANTHROPIC_`, `OPENAI_`, `AZURE_OPENAI_`, `OPENROUTER_`, `FIREWORKS_`, `TOGETHER_`, `XAI_`, `GROQ_`, `MISTRAL_`, `DEEPSEEK_`,
 *   `COHERE_`, `CEREBRAS_`, `PERPLEXITY_`
 * - suffixes: `_KEY` (so `_API_KEY`, `_SECRET_KEY`, `_PRIVATE_KEY`, …), `_APIKEY`, `_TOKEN`, `_TOKENS`, `_SECRET`, `_SECRETS`, `_PASSWORD`, `_PASSWD`,
 *   `_PASSPHRASE`, `_PASS`, `_PWD`, `_PAT`, `_JWT`, `_AUTH`, `_AUTHTOKEN`, `_CREDENTIAL`, `_CREDENTIALS`, `_CREDS`, `_ACCESS_KEY_ID`,
 *   `_SECRET_ID`, `_DATABASE_URL`, `_CONNECTION_STRING`, `_DSN`, `_WEBHOOK_URL`
 *
 * Kept, because they lead to a secret without being one and tools cannot work without them: sockets and paths (`SSH_AUTH_SOCK`, `GPG_TTY`,
 * `KRB5CCNAME`, `AWS_PROFILE`, `KUBECONFIG`, `DOCKER_CONFIG`, every `…_FILE`, `GOOGLE_APPLICATION_CREDENTIALS`) and proxies (`HTTP_PROXY`).
 * Also kept: `…_PUBLIC_KEY`, `GPG_KEY` (official images name a release key so), `XDG_ACTIVATION_TOKEN`.
 */
export function isSecretName(name: string): boolean {
  return secret.test(name) && !harmless.test(name);
}
