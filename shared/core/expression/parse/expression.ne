# The expressions of automations. `node scripts/grammar.mjs` makes expression.generated.ts from it.
# No blanks in here: lexer.ts settles them. Lists are left-recursive (an Earley parser is linear on those) and folded to
# the right by build-ast.ts where the language groups to the right. Each accepted text has exactly one parse.
@preprocessor typescript
@{%
import * as build from './build-ast';
import { grammarLexer as lexer } from './grammar-lexer';
%}
@lexer lexer

expression -> logicalPrefix equality  {% ([prefix, last]) => build.foldRight(prefix, last) %}
            | logicalPrefix regexTest {% ([prefix, last]) => build.foldRight(prefix, last) %}
logicalPrefix -> null                            {% () => null %}
               | logicalPrefix equality %logical {% ([prefix, left, op]) => ({ prefix, left, op: build.operator(op) }) %}

equality -> equalityPrefix relational         {% ([prefix, last]) => build.foldRight(prefix, last) %}
          | equalityPrefix relational %exists {% ([prefix, last, op]) => build.foldRight(prefix, build.exists(op, last)) %}
# A regex(…) runs to the end of its expression.
regexTest -> equalityPrefix relational %matches %regexOpen regexParts %regexClose
  {% ([prefix, left, op, , parts]) => build.foldRight(prefix, build.regexTest(op, left, parts)) %}
equalityPrefix -> null                               {% () => null %}
                | equalityPrefix relational equalOp  {% ([prefix, left, op]) => ({ prefix, left, op }) %}
equalOp -> %equal   {% ([op]) => build.operator(op) %}
         | %matches {% ([op]) => build.operator(op) %}
regexParts -> null                 {% () => null %}
            | regexParts %regexText {% ([prefix, text]) => ({ prefix, part: text.value }) %}
            | regexParts variable   {% ([prefix, part]) => ({ prefix, part }) %}

relational -> relationalPrefix unary {% ([prefix, last]) => build.foldRight(prefix, last) %}
relationalPrefix -> null                            {% () => null %}
                  | relationalPrefix unary %compare {% ([prefix, left, op]) => ({ prefix, left, op: build.operator(op) }) %}

unary -> sum        {% id %}
       | %word      {% ([word]) => build.literal(word.value) %}
       | %constant  {% ([word]) => build.constant(word) %}
       | %not unary {% ([, e]) => ({ t: '!', e }) %}
       | %blockOpen expression %blockClose {% ([, e]) => e %}

sum -> product           {% id %}
     | sum %sign product {% ([l, op, r]) => build.arithmetic(op, l, r) %}
product -> factor                {% id %}
         | product %times factor {% ([l, op, r]) => build.arithmetic(op, l, r) %}
factor -> %open expression %close {% ([, e]) => e %}
        | %number  {% ([token]) => build.literal(Number(token.value)) %}
        | %string  {% ([token]) => build.literal(token.value.slice(1, -1)) %}
        | variable {% id %}
        | call     {% id %}

call -> %call args %close        {% ([name, args]) => build.call(name, args) %}
      | %call args %close %field {% ([name, args, , field]) => build.call(name, args, field) %}
args -> null          {% () => null %}
      | someArgs      {% id %}
someArgs -> unary                 {% ([part]) => ({ prefix: null, part }) %}
          | someArgs %comma unary {% ([prefix, , part]) => ({ prefix, part }) %}

variable -> %varOpen %varWord segments %varClose {% ([, root, segments]) => build.variable(root, segments) %}
segments -> null                    {% () => null %}
          | segments %dot %varWord  {% ([prefix, , word]) => ({ prefix, part: build.key(word) }) %}
          | segments %bracketOpen expression %bracketClose {% ([prefix, , part]) => ({ prefix, part }) %}
