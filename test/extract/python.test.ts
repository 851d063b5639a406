import { describe, expect, it } from 'vitest';
import { extractPython } from '../../src/extract/source/python.ts';
import { type ObservedTool, OPEN_HINTS_NOTE } from '../../src/model/tool.ts';

const HEAD =
  'from mcp.server.fastmcp import FastMCP, Context\nfrom typing import *\nfrom pydantic import BaseModel, Field\nmcp = FastMCP("demo")\n';

async function read(files: Readonly<Record<string, string>>) {
  const result = await extractPython(
    {
      language: 'python',
      location: 'pypi:demo@1',
      files: new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)])),
      entries: [],
      packages: [],
      skip: [],
    },
    () => undefined,
  );
  if (result.kind !== 'parsed') throw new Error(result.message);
  return result;
}

const one = async (code: string, more: Readonly<Record<string, string>> = {}): Promise<ObservedTool | undefined> =>
  (await read({ 'demo/server.py': HEAD + code, ...more })).tools[0];

const REGISTRATIONS: readonly {
  readonly title: string;
  readonly code: string;
  readonly gives: readonly (readonly [name: string, text: string | undefined])[];
}[] = [
  { title: 'a bare decorator', code: '@mcp.tool\ndef a(): "Does a."', gives: [['a', 'Does a.']] },
  {
    title: 'a decorator with parentheses',
    code: '@mcp.tool()\nasync def a():\n    """Does a.\n\n        Deep.\n    Flat.\n    """',
    gives: [['a', 'Does a.\n\n    Deep.\nFlat.']],
  },
  {
    title: 'name and description',
    code: "@mcp.tool(name='x', description='Does ' 'x.')\ndef a(): 'doc'",
    gives: [['x', 'Does x.']],
  },
  { title: 'a name by position', code: '@server.tool("x")\ndef a(): ...', gives: [['x', undefined]] },
  {
    title: 'constants and f-strings',
    code: 'P = "pre"\nD = """Long."""\n@mcp.tool(name=f"{P}_x", description=D + " More.")\ndef a(): ...',
    gives: [['pre_x', 'Long. More.']],
  },
  {
    title: 'run-time values as holes',
    code: '@mcp.tool(description=f"Uses {os.getcwd()}.")\ndef a(): ...',
    gives: [['a', 'Uses ⟨?⟩.']],
  },
  {
    title: 'add_tool',
    code: 'def a():\n  "Does a."\nmcp.add_tool(a, name="x")\nmcp.add_tool(b)',
    gives: [['x', 'Does a.']],
  },
  {
    title: 'a call of the decorator',
    code: 'class H:\n  def __init__(self, mcp):\n    mcp.tool(name="x")(self.a)\n  def a(self, q: str): "Does a."',
    gives: [['x', 'Does a.']],
  },
  {
    title: 'Tool.from_function',
    code: 'def a(): "Does a."\nt = Tool.from_function(a, name="x")',
    gives: [['x', 'Does a.']],
  },
  {
    title: 'a decorator inside a function',
    code: 'def register(m):\n  @m.tool()\n  def a(): "Does a."',
    gives: [['a', 'Does a.']],
  },
  {
    title: 'the low level',
    code: '@app.list_tools()\nasync def l():\n  return [types.Tool(name="x", description="Does x.", inputSchema={"type": "object"}), types.Tool(name=N.Y.value, description="Does y.", inputSchema=S)]\nclass N(str, Enum):\n  Y = "y"',
    gives: [
      ['x', 'Does x.'],
      ['y', 'Does y.'],
    ],
  },
  {
    title: 'dictionaries in the wire form',
    code: 'TOOLS = [{"name": "x", "description": "Does x.", "inputSchema": {"type": "object"}}]',
    gives: [['x', 'Does x.']],
  },
  {
    title: 'prompts and resources',
    code: '@mcp.prompt()\ndef p(): "no"\n@mcp.resource("x://y")\ndef r(): "no"\nq = types.Prompt(name="x", description="no")',
    gives: [],
  },
  {
    title: "an agent's own tools",
    code: 'agent = Agent("m")\n@agent.tool\ndef a(): "no"\nhelper = PydanticAgent()\n@helper.tool\ndef b(): "no"',
    gives: [],
  },
  {
    title: "another library's bare decorator",
    code: 'from langchain.tools import tool\n@tool\ndef a(): "no"\nTool(name="x", func=a, description="no")',
    gives: [],
  },
  { title: 'a name that is not known', code: '@mcp.tool(name=make())\ndef a(): ...', gives: [] },
  { title: 'a name twice', code: '@mcp.tool\ndef a(): "first"\n@mcp.tool\ndef a(): "second"', gives: [['a', 'first']] },
];

describe('Python registers tools by', () => {
  for (const { title, code, gives } of REGISTRATIONS) {
    it(title, async () => {
      const { tools } = await read({ 'demo/server.py': HEAD + code });
      expect(tools.map(({ definition }) => [definition.name, definition.description])).toEqual(gives);
    });
  }
});

const MODELS = `from enum import Enum
from pydantic import BaseModel, Field
class Unit(str, Enum):
    METRIC = "metric"
    IMPERIAL = "imperial"
class Base(BaseModel):
    id: int
class Place(Base):
    """A place."""
    name: str = Field(..., description="Its name", max_length=9)
    tags: list[str] = Field(default_factory=list)
    _private: int = 1
class Loop(BaseModel):
    again: "Loop | None" = None
Mode = Literal["fast", "slow"]
`;

const TYPES: readonly (readonly [parameter: string, schema: object, optional?: boolean, incomplete?: boolean])[] = [
  ['a', {}],
  ['a: str', { type: 'string' }],
  ['a: int = 3', { type: 'integer', default: 3 }, true],
  ['a: float | None = None', { anyOf: [{ type: 'number' }, { type: 'null' }], default: null }, true],
  ['a: Optional[bool]', { anyOf: [{ type: 'boolean' }, { type: 'null' }] }],
  [
    'a: Union[int, str, None] = -1',
    { anyOf: [{ type: 'integer' }, { type: 'string' }, { type: 'null' }], default: -1 },
    true,
  ],
  ['a: list[dict[str, int]]', { type: 'array', items: { type: 'object', additionalProperties: { type: 'integer' } } }],
  [
    'a: tuple[str, int]',
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], minItems: 2, maxItems: 2 },
  ],
  ['a: set[str] = set()', { type: 'array', uniqueItems: true, items: { type: 'string' } }, true],
  ['a: Literal["x", "y"] = "x"', { type: 'string', enum: ['x', 'y'], default: 'x' }, true],
  ['a: Literal[1, None]', { enum: [1, null] }],
  [
    'a: Annotated[int, Field(ge=1, le=9, description="How many")] = 1',
    { type: 'integer', minimum: 1, maximum: 9, description: 'How many', default: 1 },
    true,
  ],
  ['a: Annotated[str, "Its text"]', { type: 'string', description: 'Its text' }],
  [
    'a: list[str] = Field(default=["x"], min_length=1)',
    { type: 'array', items: { type: 'string' }, minItems: 1, default: ['x'] },
    true,
  ],
  ['a: str = Field(..., pattern=r"^\\d+$")', { type: 'string', pattern: '^\\d+$' }],
  ['a: datetime.date', { type: 'string', format: 'date' }],
  ['a: "str"', { type: 'string' }],
  ['a: models.Unit = models.Unit.METRIC', { type: 'string', enum: ['metric', 'imperial'], default: 'metric' }, true],
  ['a: Mode', { type: 'string', enum: ['fast', 'slow'] }],
  [
    'a: Place',
    {
      type: 'object',
      description: 'A place.',
      properties: {
        id: { type: 'integer' },
        name: { type: 'string', description: 'Its name', maxLength: 9 },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['id', 'name'],
    },
  ],
  ['a: Elsewhere', {}, false, true],
  ['a: Loop', expect.objectContaining({ type: 'object' }), false, true],
];

describe('a parameter becomes a schema', () => {
  for (const [parameter, schema, optional, incomplete] of TYPES) {
    it(parameter, async () => {
      const code = `from .models import Mode, Place, Loop\nfrom . import models\n@mcp.tool\ndef t(ctx: Context, ${parameter}): ...`;
      const tool = await one(code, { 'demo/models.py': MODELS });
      expect(tool?.definition.inputSchema).toEqual({
        type: 'object',
        properties: { a: schema },
        ...(optional === true ? {} : { required: ['a'] }),
      });
      expect(tool?.schemaComplete).toBe(incomplete !== true);
    });
  }

  it('but not self, the context, dependencies, splats and excluded ones', async () => {
    const tool = await one(
      'class C:\n  @mcp.tool(exclude_args=["x"])\n  def t(self, q: str, c: Context[A, B] | None = None, d=Depends(get), x=1, *args, **kw): ...',
    );
    expect(tool?.definition.inputSchema).toEqual({
      type: 'object',
      properties: { q: { type: 'string' } },
      required: ['q'],
    });
  });
});

describe('and', () => {
  it('annotations are hints, also by a constant', async () => {
    const tool = await one(
      'RO = ToolAnnotations(title="T", readOnlyHint=True)\n@mcp.tool(title="Big", annotations=RO)\ndef t(): ...',
    );
    expect(tool?.definition).toMatchObject({ title: 'Big', annotations: { title: 'T', readOnlyHint: true } });
    expect(
      (await one('@mcp.tool(annotations={"destructiveHint": False})\ndef t(): ...'))?.definition.annotations,
    ).toEqual({ destructiveHint: false });
  });

  it('hints in snake case are hints', async () => {
    const tool = await one(
      '@mcp.tool(annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))\ndef t(): ...',
    );
    expect(tool?.definition.annotations).toEqual({ readOnlyHint: true, openWorldHint: false });
  });

  it('hints that only a run knows are said to be unknown', async () => {
    for (const [hints, notes] of [
      ['make()', [OPEN_HINTS_NOTE]],
      ['{"readOnlyHint": True, "destructiveHint": elsewhere()}', [OPEN_HINTS_NOTE]],
      ['{"readOnlyHint": True}', []],
    ] as const)
      expect((await one(`@mcp.tool(annotations=${hints})\ndef t(): ...`))?.notes).toEqual(notes);
  });

  it('a server that is mounted gives its prefix to its tools', async () => {
    const { tools, dropped } = await read({
      'a/jira.py': `${HEAD}jira = FastMCP("j")\n@jira.tool()\ndef search(): "Searches issues."`,
      'a/wiki.py': `${HEAD}wiki = FastMCP("w")\n@wiki.tool\ndef search(): "Searches pages."`,
      'a/main.py': `${HEAD}from .jira import jira\nfrom .wiki import wiki\nmcp.mount("jira", jira)\nmcp.mount(wiki, prefix="wiki")\n@mcp.tool\ndef search(): "Searches all."`,
    });
    expect(tools.map((tool) => tool.definition.name)).toEqual(['jira_search', 'search', 'wiki_search']);
    expect(dropped).toEqual([]);
  });

  it('a method of another file answers when it is the only one of its name', async () => {
    const tool = await one('client = Client()\nmcp.add_tool(Tool.from_function(client.search_web))', {
      'demo/client.py': 'class Client:\n  def search_web(self, q: str): "Searches."',
    });
    expect(tool?.definition).toMatchObject({
      name: 'search_web',
      description: 'Searches.',
      inputSchema: { required: ['q'] },
    });
  });

  it('a field that is a constant is read', async () => {
    const code = 'from .fields import REGION\n@mcp.tool\ndef t(a: Annotated[str, REGION], b: str = REGION): ...';
    const field = { type: 'string', description: 'Where', default: 'eu' };
    const tool = await one(code, { 'demo/fields.py': 'REGION = Field("eu", description="Where")' });
    expect(tool?.definition.inputSchema).toEqual({ type: 'object', properties: { a: field, b: field } });
  });

  it('a condition gates a tool, except the usual guards', async () => {
    expect(await one('if os.environ.get("WRITE"):\n  @mcp.tool\n  def t(): ...')).toMatchObject({
      gated: true,
      notes: ['registered only if os.environ.get("WRITE")'],
    });
    expect((await one('if __name__ == "__main__":\n  @mcp.tool\n  def t(): ...'))?.gated).toBe(false);
  });

  it('the place is the file and line', async () => {
    expect((await one('\n@mcp.tool\ndef t(): ...'))?.provenance).toBe('pypi:demo@1!demo/server.py:6');
  });

  it('the schema of a model is printed', async () => {
    const code =
      'from .models import Place\n@app.list_tools()\ndef l(): return [Tool(name="t", description="d", inputSchema=Place.model_json_schema())]';
    expect((await one(code, { 'demo/models.py': MODELS }))?.definition.inputSchema).toMatchObject({
      required: ['id', 'name'],
    });
  });

  it('instructions are read', async () => {
    expect(
      (await read({ 's.py': 'mcp = FastMCP("x", instructions="Be kind.")\n' + '@mcp.tool\ndef t(): ...' }))
        .instructions,
    ).toBe('Be kind.');
  });

  it('broken code is a problem, and what is whole is read', async () => {
    const { tools, problems } = await read({ 's.py': `${HEAD}@mcp.tool\ndef a(): "ok"\n\ndef broken(:\n  x = = 1\n` });
    expect(tools.map((tool) => tool.definition.name)).toEqual(['a']);
    expect(problems).toEqual(['s.py: a part of the file is no valid Python']);
  });

  it('deep expressions end', async () => {
    const deep = `D = ${'('.repeat(2_000)}"x"${')'.repeat(2_000)}\n@mcp.tool(description=D)\ndef t(): ...`;
    expect((await read({ 's.py': HEAD + deep })).tools).toHaveLength(1);
  });
});
