/** Chart.yaml with the version of the package as the version of the chart and of the app in it. */
export function withVersion(chartFile: string, version: string): string {
  return chartFile.replace(/^(version|appVersion): .*$/gm, `$1: ${version}`);
}
