import { describe, expect, it } from "vitest";
import { isSecretName } from "../../../src/process/secret-names.ts";

const words = (text: string): string[] => text.trim().split(/\s+/);

describe("isSecretName", () => {
  it.each(
    words(`GITHUB_TOKEN GH_TOKEN AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_ACCESS_KEY_ID ANTHROPIC_API_KEY ANTHROPIC_BASE_URL OPENAI_ORG
      OPENROUTER_X FIREWORKS_X TOGETHER_X XAI_X GROQ_X MY_SECRET my_password Npm_Token STRIPE_SECRET_KEY DATABASE_URL PROD_DATABASE_URL PGPASSWORD
      MYSQL_PWD SENTRY_DSN AZURE_STORAGE_CONNECTION_STRING SLACK_WEBHOOK_URL npm_config__auth npm_config_//registry.npmjs.org/:_authToken`),
  )("%s is one", (name) => expect(isSecretName(name)).toBe(true));

  it.each(
    words(`PATH HOME PWD OLDPWD INIT_CWD SSH_AUTH_SOCK SSH_AGENT_PID GPG_TTY GPG_KEY KRB5CCNAME AWS_PROFILE AWS_REGION KUBECONFIG DB_PASSWORD_FILE
      GOOGLE_APPLICATION_CREDENTIALS HTTP_PROXY https_proxy STRIPE_PUBLIC_KEY TOKENIZERS_PARALLELISM KEYMAP LESSKEY HF_HOME XDG_RUNTIME_DIR
      LONGHAND_STATE_DIR XDG_ACTIVATION_TOKEN`),
  )("%s is none", (name) => expect(isSecretName(name)).toBe(false));
});
