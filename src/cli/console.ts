/** What a folder holds. Links count as files: a folder is never entered through a link. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** The files a command may read. What cannot be read is a message. */
export interface Files {
  isFolder(path: string): boolean;
  read(path: string): { readonly bytes: Uint8Array } | { readonly message: string };
  list(path: string): { readonly entries: readonly FolderEntry[] } | { readonly message: string };
}

/** The world as a command sees it: no environment, no clock, no process. */
export interface Console {
  readonly args: readonly string[];
  /** Reads standard input to its end. */
  readonly stdin: () => Uint8Array;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly files: Files;
  /** True when standard output is shown to a person who wants colours. */
  readonly colour: boolean;
}

/** 0: done. 1: refused, for reasons that were told. 2: the command was used wrongly. */
export type ExitCode = 0 | 1 | 2;
