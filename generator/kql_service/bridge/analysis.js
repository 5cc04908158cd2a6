// What checks need to know about a query: diagnostics, result columns, what opens the result, what it
// refers to and which part of the past it looks at.
"use strict";

(() => {
  const {
    array, bind, calledBody, columnsOf, isCalled, isDeclared, isInDeclaration, kindOf, opener, symbolKindOf, timeFilters,
    walker,
  } = kqlBridge;
  const toList = (items) => {
    const list = new (System.Collections.Generic.List$1(Kusto.Language.Syntax.Expression)).ctor();
    items.forEach((item) => list.add(item));
    return list;
  };

  // ---- what the query refers to -----------------------------------------------------------------

  // The declared table that a name or a `table("…")` stands for, or null.
  function tableOf(node) {
    const symbol = node.ReferencedSymbol;
    if (!symbol) return null;
    if (symbolKindOf(symbol) === "Table") return symbol;
    const isCall = kindOf(node) === "FunctionCallExpression" && node.Name.SimpleName === "table" && !isDeclared(symbol);
    return isCall && isDeclared(node.ResultType) ? node.ResultType : null;
  }

  // From a column to [table, column], through joins and unions that only rename or merge it.
  function originFinder(walk) {
    const tables = new Map();
    const columns = new Map();
    walk((node) => {
      const symbol = tableOf(node);
      if (!symbol || !isDeclared(symbol) || tables.has(symbol)) return;
      tables.set(symbol, symbol.Name);
      array(symbol.Columns).forEach((column) => columns.set(column, [symbol.Name, column.Name]));
    });
    const origins = (column, depth = 0) => {
      if (columns.has(column)) return [columns.get(column)];
      if (depth > 16) return [];
      return array(column.OriginalColumns).flatMap((original) => origins(original, depth + 1));
    };
    return origins;
  }

  function constantText(node) {
    const value = node && node.ConstantValue;
    return typeof value === "string" ? value : null;
  }

  function references(walk, origins) {
    const found = { tables: {}, functions: [], watchlists: [], operators: [] };
    const table = (name) => (found.tables[name] ||= { places: [], columns: new Set() });
    walk((node, site) => {
      const place = site || node;
      const at = [place.TextStart, place.End];
      const kind = kindOf(node);
      const symbol = node.ReferencedSymbol;
      if (kind === "SearchOperator" || kind === "FindOperator") {
        found.operators.push([kind, node.GetFirstToken().TextStart, node.GetFirstToken().End]);
      } else if (kind === "WildcardedNameReference" || kind === "StarExpression" && inUnion(node)) {
        found.operators.push(["Wildcard", ...at]);
      }
      if (!symbol) return;
      const symbolKind = symbolKindOf(symbol);
      const named = tableOf(node);
      if (named && isDeclared(named) && (kind === "NameReference" || kind === "FunctionCallExpression")) {
        table(named.Name).places.push(at);
      }
      if (kind === "FunctionCallExpression" && symbolKind === "Function") {
        found.functions.push([symbol.Name, origin(node), ...at]);
        if (symbol.Name === "_GetWatchlist") {
          const first = array(node.ArgumentList.Expressions)[0];
          found.watchlists.push([first ? constantText(first.Element$1) : null, ...at]);
        }
      } else if (symbolKind === "Function" && kind === "NameReference" && !isCalled(node)) {
        found.functions.push([symbol.Name, isDeclared(symbol) ? "declared" : "let", ...at]);
      } else if (symbolKind === "Column") {
        origins(symbol).forEach(([name, column]) => table(name).columns.add(column));
      }
    });
    for (const entry of Object.values(found.tables)) entry.columns = [...entry.columns].sort();
    return found;
  }

  const inUnion = (node) => {
    let parent = node.Parent;
    while (parent && ["List", "SeparatedElement"].includes(kindOf(parent))) parent = parent.Parent;
    return Boolean(parent) && kindOf(parent) === "UnionOperator";
  };
  const origin = (call) => {
    if (isDeclared(call.ReferencedSymbol)) return "declared";
    const signature = call.ReferencedSignature;
    return signature && signature.Declaration ? "let" : "builtin";
  };

  // ---- names that nobody declared ---------------------------------------------------------------

  // The pipe whose operator holds a node: its left side says which columns are in scope.
  function input(node) {
    for (let current = node; current.Parent; current = current.Parent) {
      if (kindOf(current.Parent) === "PipeExpression" && current.NameInParent === "Operator") return current.Parent.Expression;
    }
    return null;
  }

  // In a join's condition and in a plugin's arguments a name may be a column of another table.
  function mayBeOfAnotherTable(node) {
    for (let current = node; current && kindOf(current) !== "PipeExpression"; current = current.Parent) {
      if (/^(Join(On|Where)Clause|EvaluateOperator)$/.test(kindOf(current))) return true;
    }
    return false;
  }

  function tablesUnder(node, found = new Map(), seen = new Set()) {
    if (!node || seen.has(node)) return found;
    seen.add(node);
    Kusto.Language.Syntax.SyntaxElement.WalkNodes(node, (current) => {
      const symbol = current.ReferencedSymbol;
      if (!symbol) return;
      const kind = symbolKindOf(symbol);
      const table = tableOf(current);
      if (table && table.Name) found.set(table.Name, table);
      if (kind === "Variable" && symbol.Source) tablesUnder(symbol.Source, found, seen);
      const body = calledBody(current);
      if (body) tablesUnder(body, found, seen);
    });
    return found;
  }

  const UNKNOWN_NAME = "KS142";
  const TABLE_EXPECTED = "KS111";
  const UNKNOWN_FUNCTION = /^KS(143|211)$/;

  // Whether a name stands where only a table makes sense: an argument for a tabular parameter.
  function isTablePlace(node) {
    const item = node.Parent;
    const list = item && item.Parent && item.Parent.Parent;
    const call = list && list.Parent;
    if (!call || kindOf(call) !== "FunctionCallExpression" || !call.ReferencedSignature) return false;
    const position = array(list.Expressions).indexOf(item);
    const given = array(list.Expressions).map((argument) => argument.Element$1);
    const expected = array(call.ReferencedSignature.GetArgumentParameters(toList(given)))[position];
    return Boolean(expected) && Boolean(expected.IsTabular);
  }

  // Whether a name is all there is of a statement or of the list in `x in (name)`: a table as well as
  // something else can stand there.
  function isOnlyItem(node) {
    if (node.Parent && /^(Expression|Let)Statement$/.test(kindOf(node.Parent))) return true;
    const list = node.Parent && node.Parent.Parent && node.Parent.Parent.Parent;
    const holder = list && list.Parent;
    return (
      Boolean(holder) &&
      kindOf(list) === "ExpressionList" &&
      array(list.Expressions).length === 1 &&
      /^(Not)?(In|HasAny|HasAll)(Cs)?Expression$/.test(kindOf(holder))
    );
  }

  function nameAt(root, { Start, Length }) {
    let node = root.GetNodeAt(Start, Length);
    while (node && node.Width <= Length && !/NameReference$/.test(kindOf(node))) node = node.Parent;
    return node && /NameReference$/.test(kindOf(node)) ? node : null;
  }

  // KQL's own functions of about a name's length: one of them may have been meant.
  function functionsLike({ Length }) {
    const { Functions, Aggregates } = Kusto.Language.GlobalState.Default;
    const names = [...array(Functions), ...array(Aggregates)].map(({ Name }) => Name);
    return names.filter((name) => Math.abs(name.length - Length) <= 2);
  }

  // For a name that is not known: {columns in scope, tables that they come from, whether there may
  // be more of them, whether the name can or must be a table's, functions that it may stand for}.
  function scope(root, diagnostic) {
    if (UNKNOWN_FUNCTION.test(diagnostic.Code)) {
      return { columns: [], tables: [], open: false, table: "no", functions: functionsLike(diagnostic) };
    }
    if (diagnostic.Code !== UNKNOWN_NAME && diagnostic.Code !== TABLE_EXPECTED) return null;
    const node = nameAt(root, diagnostic);
    if (!node) return null;
    const source = input(node);
    const columns = source && source.ResultType && source.ResultType.Columns ? columnsOf(source.ResultType) : [];
    return {
      columns: columns.map(([name]) => name),
      tables: source ? [...tablesUnder(source).keys()] : [],
      open: Boolean(source && opener(source)),
      functions: [],
      table: isTablePlace(node) ? "must" : isOnlyItem(node) ? "can" : "no",
    };
  }

  // ---- what a call brings to light, and what nobody can look at --------------------------------------

  // {errors, computed tables} of one walk.
  //
  // A function is declared before its parameters have values: `table(name)` may have any column there.
  // With the values of a call its body is bound again, and what is wrong then, the service keeps to
  // itself. `told` are the errors that it did not.
  function unseen(walk, told) {
    const errors = new Map();
    const computed = new Map();
    walk((node, site, tree) => {
      if (!tree.live) return;
      const place = tree.base === null ? site : null; // in a function of the workspace
      const at = (start, end) => (place ? [place.TextStart, place.End] : [start + tree.base, end + tree.base]);
      const diagnostics = site ? array(node.SemanticDiagnostics) : [];
      const names = namesByExpression(node);
      if (!names && !diagnostics.length && !isTableOfApp(node, site)) return;
      if (isInDeclaration(node)) return;
      for (const diagnostic of diagnostics) {
        const [start, end] = at(diagnostic.Start, diagnostic.Start + diagnostic.Length);
        const key = `${diagnostic.Code}@${start}`;
        if (diagnostic.Severity !== "Error" || told.has(key) || errors.has(key)) continue;
        const known = scope(tree.root, diagnostic);
        if (place && known && known.open) continue;
        const item = [diagnostic.Code, false, diagnostic.Severity, diagnostic.Message, start, end];
        errors.set(key, [...item, place ? null : known, place ? tree.called : null]);
      }
      if (names) {
        const [start, end] = at(node.TextStart, node.End);
        computed.set(start, [names.ToString(Kusto.Language.Syntax.IncludeTrivia.SingleLine), start, end]);
      }
      if (isTableOfApp(node, site)) {
        const { SimpleName: name, TextStart: start, End: end } = node.Selector;
        const message = `The name '${name}' does not refer to any known table of app().`;
        errors.set(`app@${start}`, ["KS204", false, "Error", message, start, end, null, null]);
      }
    });
    return { errors: [...errors.values()], computed: [...computed.values()] };
  }

  // The expression that names the table of a `table(…)` and is not known before the run, or null.
  function namesByExpression(node) {
    if (kindOf(node) !== "FunctionCallExpression" || node.Name.SimpleName !== "table") return null;
    if (!node.ReferencedSymbol || isDeclared(node.ReferencedSymbol)) return null;
    const first = array(node.ArgumentList.Expressions)[0];
    return first && constantText(first.Element$1) === null ? first.Element$1 : null;
  }

  // Tables of an Application Insights resource: which there are, and with which columns, nobody declares.
  function isTableOfApp(node, site) {
    if (site || kindOf(node) !== "PathExpression" || kindOf(node.Selector) !== "NameReference") return false;
    return kindOf(node.Expression) === "FunctionCallExpression" && node.Expression.Name.SimpleName === "app";
  }

  // Columns that exist only because a table may have more than were declared; `tables` is empty where
  // an operator in between has said exactly which columns there are, and this is none of them.
  function inferredColumns(walk, origins) {
    const found = [];
    walk((node, site) => {
      const symbol = node.ReferencedSymbol;
      if (site || kindOf(node) !== "NameReference" || !symbol || symbolKindOf(symbol) !== "Column") return;
      if (!symbol.Type || symbol.Type.Name !== "unknown" || symbol.Source || origins(symbol).length) return;
      const source = mayBeOfAnotherTable(node) ? null : input(node);
      if (!source || !source.ResultType || !source.ResultType.Columns) return;
      const closed = !opener(source);
      const known = columnsOf(source.ResultType).map(([name]) => name);
      const tables = [...tablesUnder(source)].filter(([, table]) => table.IsOpen).map(([name]) => name);
      if (!closed) found.push([symbol.Name, tables, null, node.TextStart, node.End]);
      else if (!known.includes(symbol.Name)) found.push([symbol.Name, [], known, node.TextStart, node.End]);
    });
    return found;
  }

  // ---- the result -------------------------------------------------------------------------------

  function describe({ node, site }) {
    const place = site || node;
    return [node.ToString(Kusto.Language.Syntax.IncludeTrivia.SingleLine), place.TextStart, place.End];
  }

  function resultExpression(root) {
    const statements = array(root.Statements).map((item) => item.Element$1);
    const last = statements.reverse().find((statement) => kindOf(statement) === "ExpressionStatement");
    return last ? last.Expression : null;
  }

  // The name of the column or member whose value a column of the result holds as it is, or null.
  // Conversions that keep a text whole are seen through; what several columns were made of is not.
  const ASSIGNS = /^(SimpleNamedExpression|SeparatedElement)$/;
  const KEEPS_TEXT = /^(tostring|tolower|toupper)$/;
  function heldName(column, origins, depth = 0) {
    const origin = origins(column)[0];
    if (origin || depth >= 16) return origin ? origin[1] : null;
    const renamed = array(column.OriginalColumns);
    if (renamed.length === 1) return heldName(renamed[0], origins, depth + 1);
    // What parse makes of a text has that text as its source, and is a part of it.
    const { Source } = column;
    const isAssigned = Source && Source.Parent && ASSIGNS.test(kindOf(Source.Parent));
    return isAssigned ? heldNameOf(Source, origins, depth + 1) : null;
  }
  function heldNameOf(node, origins, depth) {
    if (depth >= 16) return null;
    const inner = (next) => (next ? heldNameOf(next, origins, depth + 1) : null);
    const symbol = node.ReferencedSymbol;
    switch (kindOf(node)) {
      case "SimpleNamedExpression":
      case "ParenthesizedExpression":
        return inner(node.Expression);
      case "NameReference":
        return symbol && symbolKindOf(symbol) === "Column" ? heldName(symbol, origins, depth + 1) : null;
      case "PathExpression":
        return kindOf(node.Selector) === "NameReference" ? node.Selector.SimpleName : null;
      case "ElementExpression": {
        const expression = node.Selector.Expression;
        return expression ? constantText(expression) : null;
      }
      case "FunctionCallExpression": {
        const [argument] = array(node.ArgumentList.Expressions);
        return KEEPS_TEXT.test(node.Name.SimpleName) && argument ? inner(argument.Element$1) : null;
      }
      default:
        return null;
    }
  }

  function analyze(text, keys) {
    const code = bind(text, keys);
    const root = code.Syntax;
    const walk = walker(root);
    const origins = originFinder(walk);
    const originOf = (column) => origins(column)[0] || null;
    const type = code.ResultType;
    const tabular = Boolean(type && type.Columns);
    const result = resultExpression(root);
    const openedBy = tabular && result ? opener(result) : null;
    const identity = (diagnostic) => `${diagnostic.Code}@${diagnostic.Start}`;
    const syntactic = new Set(array(code.GetSyntaxDiagnostics()).map(identity));
    const told = array(code.GetDiagnostics());
    const { errors, computed } = unseen(walk, new Set(told.map(identity)));
    return {
      diagnostics: told.map((diagnostic) => [
        diagnostic.Code,
        syntactic.has(identity(diagnostic)),
        diagnostic.Severity,
        diagnostic.Message,
        diagnostic.Start,
        diagnostic.Start + diagnostic.Length,
        scope(root, diagnostic),
        null,
      ]).concat(errors),
      computedTables: computed,
      columns: tabular
        ? array(type.Columns).map((column) => [
            column.Name,
            column.Type ? column.Type.Name : "unknown",
            originOf(column),
            heldName(column, origins),
          ])
        : null,
      openedBy: openedBy && describe(openedBy),
      references: references(walk, origins),
      inferredColumns: inferredColumns(walk, origins),
      timeFilters: timeFilters(walk, originOf),
    };
  }

  kqlBridge.analyze = (text, keys) => JSON.stringify(analyze(text, keys));
})();
