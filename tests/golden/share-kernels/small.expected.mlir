"builtin.module"() <{strict = false, target = {bare = true, l1_bytes = 0 : i64, name = "small", triple = ""}}> ({
  "func.func"() <{sym_name = "k2", function_type = (tensor<6xi32>) -> tensor<6xi32>, role = "kernel"}> ({
  ^bb0(%0: tensor<6xi32>):
    %1 = "tensor.empty"() : () -> tensor<6xi32>
    %i = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%2: i32, %3: i32):
      %4 = "arith.constant"() <{value = 7 : i32}> : () -> i32
      %5 = "arith.muli"(%2, %4) : (i32, i32) -> i32
      "linalg.yield"(%5) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    %6 = "tensor.empty"() : () -> tensor<6xi32>
    %j = "linalg.generic"(%i, %6) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%7: i32, %8: i32):
      %9 = "arith.constant"() <{value = 3 : i32}> : () -> i32
      %10 = "arith.addi"(%7, %9) : (i32, i32) -> i32
      "linalg.yield"(%10) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    %11 = "tensor.empty"() : () -> tensor<6xi32>
    %k = "linalg.generic"(%j, %11) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%12: i32, %13: i32):
      %14 = "arith.constant"() <{value = 3 : i32}> : () -> i32
      %15 = "arith.subi"(%12, %14) : (i32, i32) -> i32
      "linalg.yield"(%15) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    %16 = "tensor.empty"() : () -> tensor<6xi32>
    %l = "linalg.generic"(%k, %16) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%17: i32, %18: i32):
      %19 = "arith.constant"() <{value = 7 : i32}> : () -> i32
      %20 = "arith.muli"(%17, %19) : (i32, i32) -> i32
      "linalg.yield"(%20) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    "func.return"(%l) : (tensor<6xi32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k1", function_type = (tensor<6xi32>) -> tensor<6xi32>, role = "kernel"}> ({
  ^bb0(%0: tensor<6xi32>):
    %1 = "tensor.empty"() : () -> tensor<6xi32>
    %e = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%2: i32, %3: i32):
      %4 = "arith.constant"() <{value = 5 : i32}> : () -> i32
      %5 = "arith.muli"(%2, %4) : (i32, i32) -> i32
      "linalg.yield"(%5) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    %6 = "tensor.empty"() : () -> tensor<6xi32>
    %f = "linalg.generic"(%e, %6) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%7: i32, %8: i32):
      %9 = "arith.constant"() <{value = 7 : i32}> : () -> i32
      %10 = "arith.addi"(%7, %9) : (i32, i32) -> i32
      "linalg.yield"(%10) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    %11 = "tensor.empty"() : () -> tensor<6xi32>
    %g = "linalg.generic"(%f, %11) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%12: i32, %13: i32):
      %14 = "arith.constant"() <{value = 7 : i32}> : () -> i32
      %15 = "arith.subi"(%12, %14) : (i32, i32) -> i32
      "linalg.yield"(%15) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    %16 = "tensor.empty"() : () -> tensor<6xi32>
    %h = "linalg.generic"(%g, %16) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%17: i32, %18: i32):
      %19 = "arith.constant"() <{value = 7 : i32}> : () -> i32
      %20 = "arith.muli"(%17, %19) : (i32, i32) -> i32
      "linalg.yield"(%20) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    "func.return"(%h) : (tensor<6xi32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<6xi32>) -> tensor<6xi32>, role = "kernel"}> ({
  ^bb0(%0: tensor<6xi32>):
    %1 = "tensor.empty"() : () -> tensor<6xi32>
    %a = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%2: i32, %3: i32):
      %4 = "arith.constant"() <{value = 3 : i32}> : () -> i32
      %5 = "arith.muli"(%2, %4) : (i32, i32) -> i32
      "linalg.yield"(%5) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    %6 = "tensor.empty"() : () -> tensor<6xi32>
    %b = "linalg.generic"(%a, %6) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%7: i32, %8: i32):
      %9 = "arith.constant"() <{value = 5 : i32}> : () -> i32
      %10 = "arith.addi"(%7, %9) : (i32, i32) -> i32
      "linalg.yield"(%10) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    %11 = "tensor.empty"() : () -> tensor<6xi32>
    %c = "linalg.generic"(%b, %11) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%12: i32, %13: i32):
      %14 = "arith.constant"() <{value = 5 : i32}> : () -> i32
      %15 = "arith.subi"(%12, %14) : (i32, i32) -> i32
      "linalg.yield"(%15) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    %16 = "tensor.empty"() : () -> tensor<6xi32>
    %d = "linalg.generic"(%c, %16) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%17: i32, %18: i32):
      %19 = "arith.constant"() <{value = 7 : i32}> : () -> i32
      %20 = "arith.muli"(%17, %19) : (i32, i32) -> i32
      "linalg.yield"(%20) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    "func.return"(%d) : (tensor<6xi32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<6xi32>, tensor<6xi32>, tensor<6xi32>) -> (tensor<6xi32>, tensor<6xi32>, tensor<6xi32>), role = "entry"}> ({
  ^bb0(%x: tensor<6xi32>, %y: tensor<6xi32>, %z: tensor<6xi32>):
    %0 = "mr.constant"() <{value = dense<3> : tensor<i32>}> : () -> tensor<i32>
    %1 = "mr.constant"() <{value = dense<5> : tensor<i32>}> : () -> tensor<i32>
    %2 = "mr.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
    %3 = "func.call"(%x) <{callee = @k0}> : (tensor<6xi32>) -> tensor<6xi32>
    %4 = "func.call"(%y) <{callee = @k1}> : (tensor<6xi32>) -> tensor<6xi32>
    %5 = "func.call"(%z) <{callee = @k2}> : (tensor<6xi32>) -> tensor<6xi32>
    "func.return"(%3, %4, %5) : (tensor<6xi32>, tensor<6xi32>, tensor<6xi32>) -> ()
  }) : () -> ()
}) : () -> ()
