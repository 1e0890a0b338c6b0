/** The forms in which `/topz` answers. */
export const forms = ['html', 'text', 'json'] as const;
export type Form = (typeof forms)[number];

const mediaTypes: readonly { type: string; form: Form }[] = [
  { type: 'text/html', form: 'html' },
  { type: 'application/xhtml+xml', form: 'html' },
  { type: 'application/json', form: 'json' },
  { type: 'application/x-ndjson', form: 'json' },
  { type: 'text/plain', form: 'text' },
  { type: 'text/*', form: 'text' },
  { type: 'application/*', form: 'json' },
  { type: '*/*', form: 'text' },
];

/**
 * The form to answer in: `?format=`, else the best match of the Accept header, else text (as for curl). `undefined`
 * when `?format=` is not a form of topz.
 */
export function formFor(format: string | null, accept: string | undefined): Form | undefined {
  if (format !== null) return forms.find((form) => form === format);
  const wanted = (accept ?? '*/*')
    .split(',')
    .map((part) => {
      const [type, ...parameters] = part.split(';').map((each) => each.trim().toLowerCase());
      const quality = Number.parseFloat(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? '1');
      return { form: mediaTypes.find((one) => one.type === type)?.form, quality: Number.isNaN(quality) ? 0 : quality };
    })
    .filter((one) => one.quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return wanted.find((one) => one.form !== undefined)?.form ?? 'text';
}
