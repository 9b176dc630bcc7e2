/** `longhand/process`: start commands over real pipes and end their whole trees, without sessions, inbox or database. */
export type { Child, ChunkSink, InputPipe, OutputPipe } from "./child.ts";
export { type Command, type CommandInput, createCommand, type Stdin } from "./command.ts";
export { buildEnvironment, type EnvironmentInput, inheritedEnvironment } from "./environment.ts";
export { createProcessHost, type ProcessHost, type ProcessHostOptions } from "./host.ts";
export type { ExitStatus, ProcessIdentity } from "./identity.ts";
export type { Capture, Launcher } from "./launcher.ts";
export type { Mark } from "./mark.ts";
export type { Coverage, Receipt, ReceiptEntry, Survivor, SurvivorReason } from "./receipt.ts";
export { shellQuote } from "./shell-quote.ts";
export type { Ladder, Member, ProcessTree } from "./tree.ts";
