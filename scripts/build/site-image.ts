/**
 * Everything that a build of the site needs: the built program has it in one file, with V8's code cache. A build is made
 * again and again, and one in which little changed would spend a quarter of its time compiling.
 */
export { buildFromCatalogue } from '../../src/commands/build-site.ts';
export { siteInput, siteTables } from '../../src/commands/site-input.ts';
export { loadPolicyTable } from '../../src/data/policy.ts';
export { buildSite } from '../../src/site/build.ts';
