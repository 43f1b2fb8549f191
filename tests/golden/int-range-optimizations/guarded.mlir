// RUN: millrace opt %s --pipeline "int-range-optimizations"
// A search that goes down: the condition says that the place exists. What the loop ends with is -1
// at least, so that one more is a place, too; the last comparison is not decided.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<8xf64>, tensor<f64>) -> (tensor<f64>, tensor<f64>), role = "entry"}> ({
  ^bb0(%a: tensor<8xf64>, %t: tensor<f64>):
    %x = "tensor.extract"(%t) : (tensor<f64>) -> f64
    %zero = "arith.constant"() <{value = 0 : i64}> : () -> i64
    %one = "arith.constant"() <{value = 1 : i64}> : () -> i64
    %last = "arith.constant"() <{value = 7 : i64}> : () -> i64
    %n = "arith.constant"() <{value = 8 : i64}> : () -> i64
    %end = "scf.while"(%last) ({
    ^bb1(%i: i64):
      %more = "arith.cmpi"(%i, %zero) <{predicate = 5 : i64}> : (i64, i64) -> i1
      %go = "scf.if"(%more) ({
        %inside = "arith.cmpi"(%i, %n) <{predicate = 6 : i64}> : (i64, i64) -> i1
        "mr.check"(%inside) <{code = "index"}> : (i1) -> ()
        %safe = "arith.select"(%inside, %i, %zero) : (i1, i64, i64) -> i64
        %at = "arith.index_cast"(%safe) : (i64) -> index
        %y = "tensor.extract"(%a, %at) : (tensor<8xf64>, index) -> f64
        %greater = "arith.cmpf"(%y, %x) <{predicate = 2 : i64}> : (f64, f64) -> i1
        "scf.yield"(%greater) : (i1) -> ()
      }, {
        "scf.yield"(%more) : (i1) -> ()
      }) : (i1) -> i1
      "scf.condition"(%go, %i) : (i1, i64) -> ()
    }, {
    ^bb2(%j: i64):
      %next = "arith.subi"(%j, %one) : (i64, i64) -> i64
      "scf.yield"(%next) : (i64) -> ()
    }) : (i64) -> i64
    %above = "arith.addi"(%end, %one) : (i64, i64) -> i64
    %fits = "arith.cmpi"(%above, %n) <{predicate = 7 : i64}> : (i64, i64) -> i1
    "mr.check"(%fits) <{code = "index"}> : (i1) -> ()
    %exists = "arith.cmpi"(%above, %n) <{predicate = 6 : i64}> : (i64, i64) -> i1
    %safe2 = "arith.select"(%exists, %above, %zero) : (i1, i64, i64) -> i64
    %at2 = "arith.index_cast"(%safe2) : (i64) -> index
    %z = "tensor.extract"(%a, %at2) : (tensor<8xf64>, index) -> f64
    %r = "tensor.from_elements"(%z) : (f64) -> tensor<f64>
    "func.return"(%r, %t) : (tensor<f64>, tensor<f64>) -> ()
  }) : () -> ()
}) : () -> ()
