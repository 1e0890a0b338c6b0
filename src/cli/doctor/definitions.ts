/** The CustomResourceDefinitions of the chart. */
export const definitionNames: readonly string[] = [
  'clustersidecartemplates.sidecar.io',
  'sidecartemplates.sidecar.io',
  'sidecarpolicies.sidecar.io',
];
