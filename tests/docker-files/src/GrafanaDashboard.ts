import type { Dashboard, DataQuery, FieldConfigSource, Panel } from '@grafana/schema';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { FieldConfig as SeriesFields, Options as SeriesOptions } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** A type as JSON writes it: the name of a value instead of a member of an enum. */
type Json<T> = T extends string ? `${T}` : T extends object ? { [Key in keyof T]: Json<T[Key]> } : T;

/** Grafana's schema leaves queries to their data source, whose names these are. */
interface PrometheusQuery extends DataQuery {
  readonly expr: string;
  readonly legendFormat?: string;
}

interface PanelOf<Type extends string, Options, Fields> extends Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> {
  readonly type: Type;
  /** What is left out has the panel's own default. */
  readonly options: Partial<Options>;
  readonly fieldConfig: FieldConfigSource<Partial<Fields>>;
  readonly targets: ReadonlyArray<PrometheusQuery>;
}

/**
 * A dashboard as Grafana imports it, by the schema that it publishes, with the kinds of panels that ours has.
 *
 * Source: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export type GrafanaDashboard = Json<
  Omit<Dashboard, 'panels'> & {
    readonly panels: ReadonlyArray<PanelOf<'stat', StatOptions, object> | PanelOf<'timeseries', SeriesOptions, SeriesFields>>;
  }
>;
