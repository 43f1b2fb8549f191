// RUN: millrace opt %s --pipeline "lower-kernels"
// An index that is known at run time only is checked.
"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "k0", function_type = (tensor<2xi64>, tensor<1x4xf32>) -> tensor<2x4xf32>, role = "kernel", layouts = [array<i64: 1>, array<i64: 4, 1>, array<i64: 4, 1>]}> ({
  ^bb0(%0: tensor<2xi64>, %1: tensor<1x4xf32>):
    %2 = "tensor.empty"() : () -> tensor<2x4xf32>
    %3 = "linalg.generic"(%2) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 4>, operandSegmentSizes = array<i32: 0, 1>}> ({
    ^bb0(%4: f32):
      %5 = "linalg.index"() <{dim = 0 : i64}> : () -> index
      %6 = "linalg.index"() <{dim = 1 : i64}> : () -> index
      %7 = "tensor.extract"(%0, %5) : (tensor<2xi64>, index) -> i64
      %8 = "arith.index_cast"(%7) : (i64) -> index
      %9 = "arith.constant"() <{value = 0 : index}> : () -> index
      %10 = "arith.constant"() <{value = 1 : index}> : () -> index
      %11 = "arith.cmpi"(%8, %9) <{predicate = 2 : i64}> : (index, index) -> i1
      %12 = "arith.addi"(%8, %10) : (index, index) -> index
      %13 = "arith.select"(%11, %12, %8) : (i1, index, index) -> index
      %14 = "arith.cmpi"(%13, %9) <{predicate = 5 : i64}> : (index, index) -> i1
      %15 = "arith.cmpi"(%13, %10) <{predicate = 2 : i64}> : (index, index) -> i1
      %16 = "arith.andi"(%14, %15) : (i1, i1) -> i1
      "mr.check"(%16) <{code = "index"}> : (i1) -> ()
      %17 = "arith.constant"() <{value = 0 : index}> : () -> index
      %18 = "arith.maxsi"(%13, %9) : (index, index) -> index
      %19 = "arith.minsi"(%18, %17) : (index, index) -> index
      %20 = "tensor.extract"(%1, %19, %6) : (tensor<1x4xf32>, index, index) -> f32
      "linalg.yield"(%20) : (f32) -> ()
    }) : (tensor<2x4xf32>) -> tensor<2x4xf32>
    "func.return"(%3) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<4xf32>, memref<2xi64>, memref<8xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 2 : i64}> ({
  ^bb0(%x: memref<4xf32>, %i: memref<2xi64>, %0: memref<8xf32>):
    "func.call"(%i, %x, %0) <{callee = @k0}> : (memref<2xi64>, memref<4xf32>, memref<8xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
