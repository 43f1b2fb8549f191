"builtin.module"() <{target = {name = "small", triple = "", bare = true, l1_bytes = 0 : i64, pointer_bytes = 4 : i64, registers = 8 : i64, vector_bytes = 0 : i64}, strict = false}> ({
  "memref.global"() <{sym_name = "c0", value = dense<[0, 0, 0, 0, 0, 0, 0, 0, 0, -104, 0, 0, 31, 0, 0, 0, 0, 0, 0, -99, 0, -28, 0, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0, -56, 0, 0, 0, 0, 94, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 69, -7, 0, -63, 0, 0, 0, 0, 0]> : tensor<64xi8>}> : () -> ()
  "memref.global"() <{sym_name = "c1", value = dense<[-200, -163, -126, -89]> : tensor<4xi32>}> : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<1x16xi8>, tensor<16x4xi8>, tensor<4xi32>) -> tensor<1x4xi8>, role = "kernel", layouts = [array<i64: 16, 1>, array<i64: 4, 1>, array<i64: 1>, array<i64: 4, 1>], sparse = array<i64: 1, 2>}> ({
  ^bb0(%0: tensor<1x16xi8>, %1: tensor<16x4xi8>, %2: tensor<4xi32>):
    %3 = "arith.constant"() <{value = 0 : i32}> : () -> i32
    %4 = "tensor.empty"() : () -> tensor<1x4xi32>
    %5 = "linalg.fill"(%3, %4) : (i32, tensor<1x4xi32>) -> tensor<1x4xi32>
    %6 = "linalg.generic"(%0, %1, %5) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 16>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%7: i8, %8: i8, %9: i32):
      %10 = "arith.extsi"(%7) : (i8) -> i32
      %11 = "arith.extsi"(%8) : (i8) -> i32
      %12 = "arith.muli"(%10, %11) : (i32, i32) -> i32
      %13 = "arith.addi"(%9, %12) : (i32, i32) -> i32
      "linalg.yield"(%13) : (i32) -> ()
    }) : (tensor<1x16xi8>, tensor<16x4xi8>, tensor<1x4xi32>) -> tensor<1x4xi32>
    %14 = "tensor.empty"() : () -> tensor<1x4xi32>
    %15 = "linalg.generic"(%6, %2, %14) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%16: i32, %17: i32, %18: i32):
      %19 = "arith.addi"(%16, %17) : (i32, i32) -> i32
      "linalg.yield"(%19) : (i32) -> ()
    }) : (tensor<1x4xi32>, tensor<4xi32>, tensor<1x4xi32>) -> tensor<1x4xi32>
    %20 = "tensor.empty"() : () -> tensor<1x4xi32>
    %21 = "linalg.generic"(%15, %20) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%22: i32, %23: i32):
      %24 = "arith.constant"() <{value = -128 : i32}> : () -> i32
      %25 = "arith.maxsi"(%22, %24) : (i32, i32) -> i32
      "linalg.yield"(%25) : (i32) -> ()
    }) : (tensor<1x4xi32>, tensor<1x4xi32>) -> tensor<1x4xi32>
    %26 = "tensor.empty"() : () -> tensor<1x4xi32>
    %27 = "linalg.generic"(%21, %26) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%28: i32, %29: i32):
      %30 = "arith.constant"() <{value = 127 : i32}> : () -> i32
      %31 = "arith.minsi"(%28, %30) : (i32, i32) -> i32
      "linalg.yield"(%31) : (i32) -> ()
    }) : (tensor<1x4xi32>, tensor<1x4xi32>) -> tensor<1x4xi32>
    %32 = "tensor.empty"() : () -> tensor<1x4xi8>
    %33 = "linalg.generic"(%27, %32) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%34: i32, %35: i8):
      %36 = "arith.trunci"(%34) : (i32) -> i8
      "linalg.yield"(%36) : (i8) -> ()
    }) : (tensor<1x4xi32>, tensor<1x4xi8>) -> tensor<1x4xi8>
    "func.return"(%33) : (tensor<1x4xi8>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<16xi8>, memref<4xi8>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%0: memref<16xi8>, %1: memref<4xi8>):
    %2 = "memref.get_global"() <{sym = "c0"}> : () -> memref<64xi8>
    %3 = "memref.get_global"() <{sym = "c1"}> : () -> memref<4xi32>
    "func.call"(%0, %2, %3, %1) <{callee = @k0}> : (memref<16xi8>, memref<64xi8>, memref<4xi32>, memref<4xi8>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
