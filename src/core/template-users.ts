/** The pods that have the sidecar of a template. */
export interface TemplateUsers {
  readonly pods: number;
  /** False where there are more pods than were looked at. */
  readonly complete: boolean;
  /** Some of their owners: `Deployment shop/web`. */
  readonly owners: readonly string[];
  /** How many owners there are besides these. */
  readonly others: number;
}

/** Finds them. The namespace is empty for a template of the whole cluster. Rejects when they cannot be listed. */
export type FindTemplateUsers = (template: string, namespace: string) => Promise<TemplateUsers>;
