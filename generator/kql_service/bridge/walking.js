// Walking through a query and through the bodies of the functions that it calls, bound as they are called.
"use strict";

(() => {
  const { calledBody, kindOf, refuse } = kqlBridge;

  const DEEPEST_CALL = 60;
  const MOST_NODES = 1_000_000;

  // Visit all nodes, and the bodies of called functions with the call as their `site`. A query with
  // more than can be visited is refused: what nobody looked at must not count as sound.
  //
  // `tree` says where a node stands: the `root` of its tree, its `base` (what its offsets have to be
  // moved by to be the query's; null in a function that is no part of the query) and whether it is
  // `live`, bound with the values of this call. In a declaration parameters have no values yet.
  const walker = (root) => (visit) => {
    let left = MOST_NODES;
    const bases = new Map();
    const go = (node, site, tree, depth) => {
      if (depth > DEEPEST_CALL) refuse(`its functions call each other more than ${DEEPEST_CALL} deep`);
      bases.set(node, tree.base);
      Kusto.Language.Syntax.SyntaxElement.WalkNodes(node, (current) => {
        if (!left--) refuse(`with the bodies of its functions it has more than ${MOST_NODES} nodes of syntax`);
        visit(current, site, tree);
        const body = calledBody(current);
        if (!body) return;
        const { Declaration: declaration } = current.ReferencedSignature;
        const base = declaration ? (bases.get(topOf(declaration)) ?? null) : null;
        go(body, site || current, {
          root: body,
          base: base === null ? null : base + declaration.TriviaStart,
          called: current.ReferencedSymbol.Name,
          live: tree.live && !isInDeclaration(current),
        }, depth + 1);
      });
    };
    go(root, null, { root, base: 0, called: null, live: true }, 0);
  };

  function topOf(node) {
    while (node.Parent) node = node.Parent;
    return node;
  }

  function isInDeclaration(node) {
    for (let current = node; current; current = current.Parent) {
      if (kindOf(current) === "FunctionDeclaration") return true;
    }
    return false;
  }

  Object.assign(kqlBridge, { walker, isInDeclaration });
})();
