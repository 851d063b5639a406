// What bench:search measures of the built program.
export { openIndex } from '../src/site/assets/search-index.js';
export { toolDocument } from '../src/site/search/document.ts';
export { updateIndex } from '../src/site/search/update.ts';
export { IndexWriter } from '../src/site/search/writer.ts';
