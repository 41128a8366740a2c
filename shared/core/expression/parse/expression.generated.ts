// Generated automatically by nearley, version 2.20.1
// http://github.com/Hardmath123/nearley
// Bypasses TS6133. Allow declared but unused functions.
// @ts-ignore
function id(d: any[]): any { return d[0]; }
declare var logical: any;
declare var exists: any;
declare var matches: any;
declare var regexOpen: any;
declare var regexClose: any;
declare var equal: any;
declare var regexText: any;
declare var compare: any;
declare var word: any;
declare var constant: any;
declare var not: any;
declare var blockOpen: any;
declare var blockClose: any;
declare var sign: any;
declare var times: any;
declare var open: any;
declare var close: any;
declare var number: any;
declare var string: any;
declare var call: any;
declare var field: any;
declare var comma: any;
declare var varOpen: any;
declare var varWord: any;
declare var varClose: any;
declare var dot: any;
declare var bracketOpen: any;
declare var bracketClose: any;

import * as build from './build-ast';
import { grammarLexer as lexer } from './grammar-lexer';

interface NearleyToken {
  value: any;
  [key: string]: any;
};

interface NearleyLexer {
  reset: (chunk: string, info: any) => void;
  next: () => NearleyToken | undefined;
  save: () => any;
  formatError: (token: never) => string;
  has: (tokenType: string) => boolean;
};

interface NearleyRule {
  name: string;
  symbols: NearleySymbol[];
  postprocess?: (d: any[], loc?: number, reject?: {}) => any;
};

type NearleySymbol = string | { literal: any } | { test: (token: any) => boolean };

interface Grammar {
  Lexer: NearleyLexer | undefined;
  ParserRules: NearleyRule[];
  ParserStart: string;
};

const grammar: Grammar = {
  Lexer: lexer,
  ParserRules: [
    {"name": "expression", "symbols": ["logicalPrefix", "equality"], "postprocess": ([prefix, last]) => build.foldRight(prefix, last)},
    {"name": "expression", "symbols": ["logicalPrefix", "regexTest"], "postprocess": ([prefix, last]) => build.foldRight(prefix, last)},
    {"name": "logicalPrefix", "symbols": [], "postprocess": () => null},
    {"name": "logicalPrefix", "symbols": ["logicalPrefix", "equality", (lexer.has("logical") ? {type: "logical"} : logical)], "postprocess": ([prefix, left, op]) => ({ prefix, left, op: build.operator(op) })},
    {"name": "equality", "symbols": ["equalityPrefix", "relational"], "postprocess": ([prefix, last]) => build.foldRight(prefix, last)},
    {"name": "equality", "symbols": ["equalityPrefix", "relational", (lexer.has("exists") ? {type: "exists"} : exists)], "postprocess": ([prefix, last, op]) => build.foldRight(prefix, build.exists(op, last))},
    {"name": "regexTest", "symbols": ["equalityPrefix", "relational", (lexer.has("matches") ? {type: "matches"} : matches), (lexer.has("regexOpen") ? {type: "regexOpen"} : regexOpen), "regexParts", (lexer.has("regexClose") ? {type: "regexClose"} : regexClose)], "postprocess": ([prefix, left, op, , parts]) => build.foldRight(prefix, build.regexTest(op, left, parts))},
    {"name": "equalityPrefix", "symbols": [], "postprocess": () => null},
    {"name": "equalityPrefix", "symbols": ["equalityPrefix", "relational", "equalOp"], "postprocess": ([prefix, left, op]) => ({ prefix, left, op })},
    {"name": "equalOp", "symbols": [(lexer.has("equal") ? {type: "equal"} : equal)], "postprocess": ([op]) => build.operator(op)},
    {"name": "equalOp", "symbols": [(lexer.has("matches") ? {type: "matches"} : matches)], "postprocess": ([op]) => build.operator(op)},
    {"name": "regexParts", "symbols": [], "postprocess": () => null},
    {"name": "regexParts", "symbols": ["regexParts", (lexer.has("regexText") ? {type: "regexText"} : regexText)], "postprocess": ([prefix, text]) => ({ prefix, part: text.value })},
    {"name": "regexParts", "symbols": ["regexParts", "variable"], "postprocess": ([prefix, part]) => ({ prefix, part })},
    {"name": "relational", "symbols": ["relationalPrefix", "unary"], "postprocess": ([prefix, last]) => build.foldRight(prefix, last)},
    {"name": "relationalPrefix", "symbols": [], "postprocess": () => null},
    {"name": "relationalPrefix", "symbols": ["relationalPrefix", "unary", (lexer.has("compare") ? {type: "compare"} : compare)], "postprocess": ([prefix, left, op]) => ({ prefix, left, op: build.operator(op) })},
    {"name": "unary", "symbols": ["sum"], "postprocess": id},
    {"name": "unary", "symbols": [(lexer.has("word") ? {type: "word"} : word)], "postprocess": ([word]) => build.literal(word.value)},
    {"name": "unary", "symbols": [(lexer.has("constant") ? {type: "constant"} : constant)], "postprocess": ([word]) => build.constant(word)},
    {"name": "unary", "symbols": [(lexer.has("not") ? {type: "not"} : not), "unary"], "postprocess": ([, e]) => ({ t: '!', e })},
    {"name": "unary", "symbols": [(lexer.has("blockOpen") ? {type: "blockOpen"} : blockOpen), "expression", (lexer.has("blockClose") ? {type: "blockClose"} : blockClose)], "postprocess": ([, e]) => e},
    {"name": "sum", "symbols": ["product"], "postprocess": id},
    {"name": "sum", "symbols": ["sum", (lexer.has("sign") ? {type: "sign"} : sign), "product"], "postprocess": ([l, op, r]) => build.arithmetic(op, l, r)},
    {"name": "product", "symbols": ["factor"], "postprocess": id},
    {"name": "product", "symbols": ["product", (lexer.has("times") ? {type: "times"} : times), "factor"], "postprocess": ([l, op, r]) => build.arithmetic(op, l, r)},
    {"name": "factor", "symbols": [(lexer.has("open") ? {type: "open"} : open), "expression", (lexer.has("close") ? {type: "close"} : close)], "postprocess": ([, e]) => e},
    {"name": "factor", "symbols": [(lexer.has("number") ? {type: "number"} : number)], "postprocess": ([token]) => build.literal(Number(token.value))},
    {"name": "factor", "symbols": [(lexer.has("string") ? {type: "string"} : string)], "postprocess": ([token]) => build.literal(token.value.slice(1, -1))},
    {"name": "factor", "symbols": ["variable"], "postprocess": id},
    {"name": "factor", "symbols": ["call"], "postprocess": id},
    {"name": "call", "symbols": [(lexer.has("call") ? {type: "call"} : call), "args", (lexer.has("close") ? {type: "close"} : close)], "postprocess": ([name, args]) => build.call(name, args)},
    {"name": "call", "symbols": [(lexer.has("call") ? {type: "call"} : call), "args", (lexer.has("close") ? {type: "close"} : close), (lexer.has("field") ? {type: "field"} : field)], "postprocess": ([name, args, , field]) => build.call(name, args, field)},
    {"name": "args", "symbols": [], "postprocess": () => null},
    {"name": "args", "symbols": ["someArgs"], "postprocess": id},
    {"name": "someArgs", "symbols": ["unary"], "postprocess": ([part]) => ({ prefix: null, part })},
    {"name": "someArgs", "symbols": ["someArgs", (lexer.has("comma") ? {type: "comma"} : comma), "unary"], "postprocess": ([prefix, , part]) => ({ prefix, part })},
    {"name": "variable", "symbols": [(lexer.has("varOpen") ? {type: "varOpen"} : varOpen), (lexer.has("varWord") ? {type: "varWord"} : varWord), "segments", (lexer.has("varClose") ? {type: "varClose"} : varClose)], "postprocess": ([, root, segments]) => build.variable(root, segments)},
    {"name": "segments", "symbols": [], "postprocess": () => null},
    {"name": "segments", "symbols": ["segments", (lexer.has("dot") ? {type: "dot"} : dot), (lexer.has("varWord") ? {type: "varWord"} : varWord)], "postprocess": ([prefix, , word]) => ({ prefix, part: build.key(word) })},
    {"name": "segments", "symbols": ["segments", (lexer.has("bracketOpen") ? {type: "bracketOpen"} : bracketOpen), "expression", (lexer.has("bracketClose") ? {type: "bracketClose"} : bracketClose)], "postprocess": ([prefix, , part]) => ({ prefix, part })}
  ],
  ParserStart: "expression",
};

export default grammar;
