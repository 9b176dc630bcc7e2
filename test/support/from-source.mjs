/** `node --import`: "longhand" and its subpaths are the sources, so that an example runs as it is written and without a build. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

const root = new URL("../../", import.meta.url);
const { name, exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

registerHooks({
  resolve(specifier, context, next) {
    const target = specifier === name ? exports["."] : exports[specifier.replace(`${name}/`, "./")];
    if (!specifier.startsWith(name) || target?.default === undefined) return next(specifier, context);
    const source = target.default.replace("./dist/", "src/").replace(/\.js$/, ".ts");
    return { url: new URL(source, root).href, shortCircuit: true };
  },
});
