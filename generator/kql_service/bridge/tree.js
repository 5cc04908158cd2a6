// The bound syntax tree as JSON.
"use strict";

(() => {
  const { array, bind, calledBody, columnsOf, kindOf, symbolKindOf } = kqlBridge;
  const { Binder } = Kusto.Language.Binding;

  // A table type stands at many nodes: it is written once and referred to by its index.
  function typeWriter() {
    const indices = new Map();
    const types = [];
    const write = (type) => {
      if (!type) return null;
      if (!type.Columns) return type.Name;
      if (indices.has(type)) return indices.get(type);
      const text = JSON.stringify([columnsOf(type), Boolean(type.IsOpen)]);
      let index = indices.get(text);
      if (index === undefined) {
        index = types.length;
        types.push([columnsOf(type), Boolean(type.IsOpen)]);
        indices.set(text, index);
      }
      indices.set(type, index);
      return index;
    };
    return { types, write };
  }

  // Literal values: text and bool as they are; numbers as text (JSON would round a long); time spans
  // as ticks of 100 ns; date-times as written, because a JavaScript date knows neither ticks nor UTC.
  function literal(element, kind) {
    const value = Bridge.unbox(element.LiteralValue);
    if (value === null || value === undefined) return null;
    if (typeof value === "string" || typeof value === "boolean") return value;
    if (kind === "DateTimeLiteralExpression") return element.GetFirstToken().ValueText;
    if (value.getTicks) return value.getTicks().toString();
    return value.toString();
  }

  const LITERAL = /LiteralExpression$/;
  const DEEPEST_EXPANSION = 8;

  // The tree is written flat, children before their parent, so that neither side needs a deep stack.
  // A token: [kind, slot, start, end, text].
  // A node: [kind, slot, start, end, null, type, name, symbol, value, children, expansion] with the
  // number of its children, and an expansion as [offset, [parameter, has a default]…]; the defaults
  // and then the body stand between the node's children and the node.
  function writeTree(root, types) {
    const items = [];

    const symbolOf = (node) => {
      const symbol = node.ReferencedSymbol;
      if (!symbol) return null;
      const signature = node.ReferencedSignature;
      return [
        symbol.Name,
        symbolKindOf(symbol),
        symbol.Type ? types.write(symbol.Type) : null,
        signature ? array(signature.Parameters).map((parameter) => parameter.Name) : null,
      ];
    };

    const writeExpansion = (node, depth) => {
      const body = depth < DEEPEST_EXPANSION ? calledBody(node) : null;
      if (!body) return null;
      const { Declaration, Parameters } = node.ReferencedSignature;
      const parameters = array(Parameters).map((parameter) => {
        if (parameter.DefaultValue) write(parameter.DefaultValue, depth + 1);
        return [parameter.Name, Boolean(parameter.DefaultValue)];
      });
      write(body, depth + 1);
      // The body is parsed with the blanks before it, which count in its own offsets.
      return [Declaration ? Declaration.TextStart - body.TextStart : null, parameters];
    };

    const write = (element, depth) => {
      const kind = kindOf(element);
      const slot = element.NameInParent || null;
      if (element.IsToken) {
        items.push([kind, slot, element.TextStart, element.End, element.Text]);
        return;
      }
      let children = 0;
      for (let index = 0; index < element.ChildCount; index++) {
        const child = element.GetChild(index);
        if (child) {
          write(child, depth);
          children++;
        }
      }
      const expansion = writeExpansion(element, depth);
      const listed = element.ResultType && slot === null && element.Parent;
      items.push([
        kind,
        slot,
        element.TextStart,
        element.End,
        null,
        element.ResultType ? types.write(element.ResultType) : null,
        (listed && Binder.GetExpressionResultName(element, null)) || null,
        symbolOf(element),
        LITERAL.test(kind) ? literal(element, kind) : null,
        children,
        expansion,
      ]);
    };

    write(root, 0);
    return items;
  }

  kqlBridge.syntaxTree = (text, keys) => {
    const types = typeWriter();
    const items = writeTree(bind(text, keys).Syntax, types);
    return JSON.stringify({ types: types.types, items });
  };
})();
