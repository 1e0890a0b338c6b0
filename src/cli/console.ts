/** What is in a folder. Links count as files: no folder is entered through a link. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** The files of a command. For what it cannot read or write there is a message with the path. */
export interface Files {
  isFolder(path: string): boolean;
  read(path: string): { readonly bytes: Uint8Array } | { readonly message: string };
  list(path: string): { readonly entries: readonly FolderEntry[] } | { readonly message: string };
  /** Writes a new file; never one that exists. */
  create(path: string, text: string): { readonly message: string } | undefined;
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

/** 0: success. 1: refused, or failed. 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;
