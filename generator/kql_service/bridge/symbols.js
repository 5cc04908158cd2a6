// What Python asks of Microsoft's KQL language service, inside V8: the symbols that a query may use.
//
// Everything crosses the border as JSON text. Offsets are the service's own: UTF-16 units from the
// start of the query; Python turns them into characters. No I/O, no state but the symbols that were
// declared: an answer depends only on the query and on the symbols that are named with it.
"use strict";

globalThis.kqlBridge = {};

(() => {
  const { Symbols, Syntax } = Kusto.Language;
  const List = System.Collections.Generic.List$1;

  const namesOf = (enumeration) =>
    new Map(
      Object.keys(enumeration)
        .filter((name) => typeof enumeration[name] === "number")
        .map((name) => [enumeration[name], name]),
    );
  const SYNTAX_KINDS = namesOf(Syntax.SyntaxKind);
  const SYMBOL_KINDS = namesOf(Symbols.SymbolKind);

  // End a question that has no honest answer; `why` goes on from "the query".
  const refuse = (why) => {
    throw new Error(`refused: ${why}`);
  };

  const array = (list) => {
    if (!list) return [];
    if (Array.isArray(list)) return list;
    return System.Linq.Enumerable.from(list).ToArray();
  };

  const declared = new Map(); // key (name and content hash, chosen by Python) -> symbol
  const isDeclared = (symbol) => declaredSymbols.has(symbol);
  const declaredSymbols = new Set();
  const globalsOf = new Map(); // joined keys -> GlobalState
  const MOST_GLOBALS = 64;

  const identifier = (name) =>
    /^[A-Za-z_]\w*$/.test(name) ? name : "['" + name.replace(/\\/g, "\\\\").replace(/'/g, "\\'") + "']";
  const schema = (columns) =>
    "(" + columns.map(([name, type]) => `${identifier(name)}:${type}`).join(", ") + ")";

  function tableSymbol({ name, columns, open }) {
    const table = new Symbols.TableSymbol.$ctor7(name, schema(columns), null);
    return open ? table.WithIsOpen(true) : table;
  }

  // A function with a body gets its result from the body; one with columns is declared by its result.
  function functionSymbol({ name, parameters, body, columns, open }) {
    if (body !== undefined && body !== null) {
      return new Symbols.FunctionSymbol.$ctor16(name, parameters, body, null);
    }
    const shape = new Symbols.FunctionSymbol.$ctor16(name, parameters, "{ print 1 }", null);
    let result = Symbols.TableSymbol.From(schema(columns));
    if (open) result = result.WithIsOpen(true);
    return new Symbols.FunctionSymbol.$ctor6(name, result, shape.Signatures.getItem(0).Parameters, null);
  }

  const WATCHLIST_COLUMNS = [
    ["_DTItemId", "string"],
    ["_DTItemStatus", "string"],
    ["_DTItemType", "string"],
    ["_DTTimestamp", "datetime"],
    ["LastUpdatedTimeUTC", "datetime"],
    ["SearchKey", "string"],
    ["WatchlistItem", "dynamic"],
  ];

  // The columns depend on which watchlist is asked for; an undeclared one may have any.
  function watchlistFunction({ name, watchlists }) {
    const results = new Map(
      Object.entries(watchlists).map(([alias, columns]) => [
        alias,
        Symbols.TableSymbol.From(schema([...WATCHLIST_COLUMNS, ...columns])),
      ]),
    );
    const unknown = Symbols.TableSymbol.From(schema(WATCHLIST_COLUMNS)).WithIsOpen(true);
    const shape = new Symbols.FunctionSymbol.$ctor16(
      name, "(watchlistAlias:string, keys:dynamic=dynamic([]))", "{ print 1 }", null,
    );
    const result = (context) => {
      const alias = context.GetArgument$1("watchlistAlias");
      const value = alias && alias.ConstantValue;
      return (typeof value === "string" && results.get(value.toLowerCase())) || unknown;
    };
    return new Symbols.FunctionSymbol.$ctor1(
      name, result, Symbols.Tabularity.Tabular, shape.Signatures.getItem(0).Parameters,
    );
  }

  const MAKERS = { table: tableSymbol, function: functionSymbol, watchlists: watchlistFunction };

  function declare(symbols) {
    for (const symbol of symbols) {
      if (declared.has(symbol.key)) continue;
      const made = MAKERS[symbol.kind](symbol);
      declared.set(symbol.key, made);
      declaredSymbols.add(made);
    }
    return "null";
  }

  // The service knows less than the engine of what follows (see `withEngineFunctions`).
  const scalarParameter = (name, kind) => new Symbols.Parameter.ctor(name, Symbols.ParameterTypeKind[kind]);

  function jsonFunction(name) {
    return new Symbols.FunctionSymbol.$ctor5(name, Symbols.ScalarTypes.Dynamic, [
      scalarParameter("value", "StringOrDynamic"),
    ])
      .ConstantFoldable()
      .WithResultNameKind(Symbols.ResultNameKind.FirstArgument);
  }

  // The column's own type where the rows have it, the default's where they do not. Rows that may have
  // more columns than are known may have it as any type.
  function columnIfExists(name) {
    const result = (context) => {
      const column = context.GetArgument$1("column_name");
      const wanted = column && Bridge.unbox(column.ConstantValue);
      const rows = context.RowScope;
      const found = rows && array(rows.Columns).find((known) => known.Name === wanted);
      if (found && found.Type) return found.Type;
      const missing = context.GetArgument$1("defaultValue");
      const type = (missing && missing.ResultType) || Symbols.ScalarTypes.Unknown;
      return rows && rows.IsOpen && type === Symbols.ScalarTypes.String ? Symbols.ScalarTypes.Unknown : type;
    };
    const parameters = [
      new Symbols.Parameter.$ctor3("column_name", Symbols.ScalarTypes.String, Symbols.ArgumentKind.Constant),
      scalarParameter("defaultValue", "Scalar"),
    ];
    return new Symbols.FunctionSymbol.$ctor1(
      name, result, Symbols.Tabularity.Scalar, parameters,
    ).WithResultNameKind(Symbols.ResultNameKind.FirstArgumentValueIfColumn);
  }

  // count(x) of anything: the service takes a condition alone.
  function countAggregate() {
    const { Signature, ScalarTypes } = Symbols;
    return new Symbols.FunctionSymbol.$ctor4("count", [
      new Signature.$ctor5(ScalarTypes.Long),
      new Signature.$ctor5(ScalarTypes.Long, [scalarParameter("value", "Scalar")]).Hide(),
    ])
      .WithResultNameKind(Symbols.ResultNameKind.PrefixAndFirstArgument)
      .WithResultNamePrefix("count");
  }

  // bag_unpack(Column, OutputColumnPrefix, columnsConflict, ignoredProperties): the service knows the
  // first two and takes no option by its name.
  function bagUnpack() {
    const { ArgumentKind, Parameter, ScalarTypes } = Symbols;
    const option = (name, type, kind) =>
      new Parameter.$ctor3(name, type, kind, undefined, undefined, false, undefined, 0, 1, undefined, undefined);
    const { Signatures } = Kusto.Language.PlugIns.BagUnpack;
    const known = Signatures.getItem(0);
    return new Symbols.FunctionSymbol.ctor(
      "bag_unpack",
      (context) => known.CustomReturnType(context),
      Symbols.Tabularity.Tabular,
      [
        known.Parameters.getItem(0),
        option("OutputColumnPrefix", ScalarTypes.String, ArgumentKind.Literal),
        option("columnsConflict", ScalarTypes.String, ArgumentKind.Literal),
        option("ignoredProperties", ScalarTypes.Dynamic, ArgumentKind.Constant),
      ],
    );
  }

  function replaced(known, replacements) {
    const names = new Set(replacements.map((symbol) => symbol.Name));
    const symbols = new (List(Symbols.FunctionSymbol)).ctor();
    array(known).forEach((symbol) => names.has(symbol.Name) || symbols.add(symbol));
    replacements.forEach((symbol) => symbols.add(symbol));
    return symbols;
  }

  function withEngineFunctions(globals) {
    return globals
      .WithFunctions(
        replaced(globals.Functions, [
          jsonFunction("todynamic"),
          jsonFunction("toobject"),
          columnIfExists("column_ifexists"),
          columnIfExists("columnifexists"),
        ]),
      )
      .WithAggregates(replaced(globals.Aggregates, [countAggregate()]))
      .WithPlugIns(replaced(globals.PlugIns, [bagUnpack()]));
  }

  // workspace(), resource() lead to the same tables; app(), adx(), arg() to ones nobody declared.
  function withPathFunctions(globals, database) {
    const elsewhere = new Symbols.DatabaseSymbol.$ctor1("elsewhere", new (List(Symbols.Symbol)).ctor(), true);
    const text = (name) => new Symbols.Parameter.$ctor2(name, Symbols.ScalarTypes.String);
    const functions = new (List(Symbols.FunctionSymbol)).ctor();
    array(globals.Functions).forEach((known) => functions.add(known));
    for (const [name, result] of [
      ["workspace", database],
      ["resource", database],
      ["app", elsewhere],
      ["adx", elsewhere],
      ["arg", elsewhere],
    ]) {
      functions.add(new Symbols.FunctionSymbol.$ctor5(name, result, [text("id")]));
    }
    return globals.WithFunctions(functions);
  }

  function globalsWith(keys) {
    const name = keys.join("\n");
    let globals = globalsOf.get(name);
    if (!globals) {
      const database = new Symbols.DatabaseSymbol.ctor("workspace", keys.map((key) => declared.get(key)));
      globals = withEngineFunctions(Kusto.Language.GlobalState.Default.WithDatabase(database));
      globals = withPathFunctions(globals, database);
      if (globalsOf.size >= MOST_GLOBALS) globalsOf.delete(globalsOf.keys().next().value);
      globalsOf.set(name, globals);
    }
    return globals;
  }

  // Parse and bind a query with exactly the symbols named. Who asks for the analysis of a query often
  // asks for its tree next: the last one is kept, so that both cost one binding.
  let last = null;
  function bind(text, keys) {
    const name = keys.join("\n");
    if (!last || last.text !== text || last.name !== name) {
      last = { text, name, code: Kusto.Language.KustoCode.ParseAndAnalyze(text, globalsWith(keys)) };
    }
    return last.code;
  }

  const kindOf = (element) => SYNTAX_KINDS.get(element.Kind) || String(element.Kind);
  const symbolKindOf = (symbol) => SYMBOL_KINDS.get(symbol.Kind) || String(symbol.Kind);
  const columnsOf = (type) =>
    array(type.Columns).map((column) => [column.Name, column.Type ? column.Type.Name : "unknown"]);

  // Whether a name stands before the arguments of a call, which then is what calls the function.
  const isCalled = (node) => Boolean(node.Parent) && kindOf(node.Parent) === "FunctionCallExpression";

  // The body of a called function that is not built in, bound with the types of this call. A function
  // that needs no arguments is called by its name alone.
  function calledBody(node) {
    const kind = kindOf(node);
    if (kind !== "FunctionCallExpression" && (kind !== "NameReference" || isCalled(node))) return null;
    const signature = node.ReferencedSignature;
    if (!signature || (!signature.Body && !signature.Declaration)) return null;
    return node.GetCalledFunctionBody() || null;
  }

  Object.assign(kqlBridge, { declare, isDeclared, bind, array, refuse, kindOf, symbolKindOf, columnsOf, calledBody, isCalled });
})();
