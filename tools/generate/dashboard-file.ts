import { metricsTable } from '../../src/telemetry/metrics-table.ts';
import { type Panel, panels } from '../dashboard.ts';

const [columns, width, height] = [3, 8, 8];
const datasource = { type: 'prometheus', uid: '${datasource}' };

/**
 * files/dashboard.json of the chart, in the format of Grafana's dashboards (schemaVersion 39: Grafana 10.4 and later).
 */
export function dashboardFile(): string {
  const dashboard = {
    title: 'Sidecar injector',
    uid: 'sidecar-injector',
    description: 'Written by `npm run generate` from tools/dashboard.ts.',
    tags: ['sidecar-injector'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
        {
          name: 'namespace',
          label: 'Namespace',
          type: 'query',
          datasource,
          query: `label_values(${metricsTable.build.name}, namespace)`,
          refresh: 2,
          includeAll: true,
        },
      ],
    },
    panels: panels.map(panelOf),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function panelOf({ title, description, unit, kind, lines }: Panel, i: number) {
  return {
    id: i + 1,
    type: kind,
    title,
    description,
    datasource,
    gridPos: { x: (i % columns) * width, y: Math.floor(i / columns) * height, w: width, h: height },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: Object.entries(lines).map(([legendFormat, expr], line) => ({
      refId: String.fromCharCode(65 + line),
      datasource,
      expr,
      legendFormat,
    })),
  };
}
