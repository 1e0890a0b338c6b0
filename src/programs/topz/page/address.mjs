/** @import { Layout, SortKey, View } from './rows.mjs' */
import { columns } from './columns.mjs';

/** @type {readonly Layout[]} */
const layouts = ['groups', 'tree', 'flat'];

/**
 * What a reload and a shared link keep, from the address: `#view=flat&sort=rss&order=asc`. @param {string} hash
 * @returns {Pick<View, 'layout' | 'sort' | 'descending'>}
 */
export function readAddress(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const layout = layouts.find((one) => one === given.get('view')) ?? 'groups';
  const sort = columns.find(({ key }) => key !== 'trend' && key === given.get('sort'))?.key;
  if (sort === undefined || sort === 'trend') return { layout, sort: 'cpu', descending: true };
  const order = given.get('order');
  return { layout, sort, descending: order === null ? descendsFirst(sort) : order === 'desc' };
}

/** The same as a hash, without what is the default. @param {View} view */
export function writeAddress({ layout, sort, descending }) {
  const kept = new URLSearchParams();
  if (layout !== 'groups') kept.set('view', layout);
  if (sort !== 'cpu' || !descending) kept.set('sort', sort);
  if (descending !== descendsFirst(sort)) kept.set('order', descending ? 'desc' : 'asc');
  return kept.size > 0 ? `#${kept}` : '';
}

/** Whether a column sorts from large to small at first. @param {SortKey} sort */
export function descendsFirst(sort) {
  return columns.find(({ key }) => key === sort)?.descends ?? false;
}
