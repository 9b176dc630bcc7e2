/** Every answer of a tool and of an operation, in whatever test, fits the published schemas. */
import { Session } from "../../../src/session/session.ts";
import { checkContract } from "./check.ts";

const { dispatch, hostCall } = Session.prototype;

/** From now on in this file of tests. */
export function holdToContract(): void {
  Session.prototype.dispatch = function (name, input, options) {
    return dispatch.call(this, name, input, options).then((result) => {
      checkContract(`tools/${name}.output`, result.data);
      return result;
    });
  };
  Session.prototype.hostCall = function (capability, operation, params, options) {
    return hostCall.call(this, capability, operation, params, options).then((result) => {
      checkContract(`${capability}/${operation}.result`, result);
      return result;
    });
  };
}
