/** Folders of a Python package that never hold what it serves. */
const FOREIGN = /(?:^|\/)(?:tests?|testing|docs?|examples?|benchmarks?|build|\.?venv|site-packages|__pycache__)\//iu;
const FOREIGN_FILE = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest|setup|noxfile|tasks)\.py$/iu;

/** Whether a file of a Python package can say what the package serves. */
export function isPythonSource(path: string): boolean {
  return /\.pyi?$/iu.test(path) && !FOREIGN.test(path) && !FOREIGN_FILE.test(path);
}
