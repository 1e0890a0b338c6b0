/** What is in a folder. Links count as files: no folder is entered through a link. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** How the text of a file is stored. UTF-16 begins with a byte order mark, as PowerShell's `>` writes it. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** A file as it is to be written. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  readonly encoding: Encoding;
  /** Whether a file of this name is replaced. */
  readonly replace: boolean;
}

/** Why files could not be written, and which of them were before that: most often none. */
export interface WriteFailure {
  readonly message: string;
  readonly written: readonly string[];
}

/** The files a command may read and write. For what cannot be done there is a message with the path. */
export interface Files {
  isFolder(path: string): boolean;
  /** Of a URL too. */
  read(path: string): { readonly bytes: Uint8Array } | { readonly message: string };
  list(path: string): { readonly entries: readonly FolderEntry[] } | { readonly message: string };
  /** Writes a new file; never one that exists. */
  create(path: string, text: string): { readonly message: string } | undefined;
  /** All of them, or why not. */
  write(files: readonly NewFile[]): WriteFailure | undefined;
}

/** Everything around a command. */
export interface Console {
  readonly args: readonly string[];
  /** Reads standard input to its end. */
  readonly stdin: () => Uint8Array;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly files: Files;
  /** True when standard output is shown to a person who wants colours. */
  readonly colour: boolean;
  /** True when standard error is a terminal, on which a line can be written anew. */
  readonly live: boolean;
}

/**
 * 0: success. 1: the answer is a problem, a difference or a failure. 2: there is no answer: wrong usage, or a file or a
 * cluster that cannot be read. With `--exit-code`, as `diff` has it: 1: differences. 2: anything else.
 */
export type ExitCode = 0 | 1 | 2;
