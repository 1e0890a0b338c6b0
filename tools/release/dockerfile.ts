// What the last stage of the Dockerfile says, in the words of the OCI image specification. It knows the instructions
// that the Dockerfile uses, and refuses others.

export interface Stage {
  /** Name of the base image, with its digest. */
  readonly base: string;
  /** From the checkout or the build → into the image. */
  readonly copies: readonly { readonly from: readonly string[]; readonly to: string }[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** Throws on an instruction that it does not know. */
export function lastStage(dockerfile: string): Stage {
  const lines = dockerfile
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n');
  const instructions = lines.filter(Boolean).map((line) => {
    const [name = '', ...words] = line.split(/\s+/);
    return { name, words, text: line.slice(name.length).trim() };
  });
  const start = instructions.findLastIndex(({ name }) => name === 'FROM');
  const base = instructions.find(({ text }) => text.startsWith('RUN_BASE='))?.text.slice('RUN_BASE='.length) ?? '';
  const copies: { from: string[]; to: string }[] = [];
  const config: Record<string, unknown> = {};
  for (const { name, words, text } of instructions.slice(start + 1)) {
    if (name === 'COPY') {
      const paths = words.filter((word) => !word.startsWith('--'));
      copies.push({ from: paths.slice(0, -1).map((path) => path.replace('/build/', '')), to: paths.at(-1) ?? '' });
    } else if (name === 'WORKDIR') config.WorkingDir = text;
    else if (name === 'USER') config.User = text;
    else if (name === 'ENV') config.Env = words;
    else if (name === 'EXPOSE') config.ExposedPorts = { [`${text}/tcp`]: {} };
    else if (name === 'ENTRYPOINT') config.Entrypoint = JSON.parse(text);
    else if (name !== 'HEALTHCHECK') throw new Error(`tools/release/dockerfile.ts does not know ${name}.`);
  }
  return { base, copies, config };
}
