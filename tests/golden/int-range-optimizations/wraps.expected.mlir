"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<8xf64>) -> tensor<8xf64>, role = "entry"}> ({
  ^bb0(%a: tensor<8xf64>):
    %zero = "arith.constant"() <{value = 0 : i64}> : () -> i64
    %one = "arith.constant"() <{value = 1 : i64}> : () -> i64
    %three = "arith.constant"() <{value = 3 : i64}> : () -> i64
    %n = "arith.constant"() <{value = 8 : i64}> : () -> i64
    %m, %out = "mr.scan"(%one, %a) <{trip = 8 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 0, 0>}> ({
    ^bb0(%k: index, %c: i64, %b: tensor<8xf64>):
      %step = "arith.index_cast"(%k) : (index) -> i64
      %back = "arith.subi"(%step, %n) : (i64, i64) -> i64
      %negative = "arith.constant"() <{value = true}> : () -> i1
      %wrapped = "arith.addi"(%back, %n) : (i64, i64) -> i64
      %place = "arith.select"(%negative, %wrapped, %back) : (i1, i64, i64) -> i64
      %inside = "arith.constant"() <{value = true}> : () -> i1
      "mr.check"(%inside) <{code = "index"}> : (i1) -> ()
      %safe = "arith.select"(%inside, %place, %zero) : (i1, i64, i64) -> i64
      %at = "arith.index_cast"(%safe) : (i64) -> index
      %x = "tensor.extract"(%b, %at) : (tensor<8xf64>, index) -> f64
      %unknown = "arith.cmpi"(%c, %n) <{predicate = 6 : i64}> : (i64, i64) -> i1
      %safe2 = "arith.select"(%unknown, %c, %zero) : (i1, i64, i64) -> i64
      %at2 = "arith.index_cast"(%safe2) : (i64) -> index
      %new = "tensor.insert"(%x, %b, %at2) : (f64, tensor<8xf64>, index) -> tensor<8xf64>
      %next = "arith.muli"(%c, %three) : (i64, i64) -> i64
      "scf.yield"(%next, %new) : (i64, tensor<8xf64>) -> ()
    }) : (i64, tensor<8xf64>) -> (i64, tensor<8xf64>)
    "func.return"(%out) : (tensor<8xf64>) -> ()
  }) : () -> ()
}) : () -> ()
