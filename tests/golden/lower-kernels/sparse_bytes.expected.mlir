"builtin.module"() <{target = {name = "small", triple = "", bare = true, l1_bytes = 0 : i64, pointer_bytes = 4 : i64, registers = 8 : i64, vector_bytes = 0 : i64}, strict = false}> ({
  "memref.global"() <{sym_name = "c0", value = dense<[0, 0, 0, 0, 0, 0, 0, 0, 0, -104, 0, 0, 31, 0, 0, 0, 0, 0, 0, -99, 0, -28, 0, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0, -56, 0, 0, 0, 0, 94, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 69, -7, 0, -63, 0, 0, 0, 0, 0]> : tensor<64xi8>}> : () -> ()
  "memref.global"() <{sym_name = "c0_d0", value = dense<[1, 3, 31, 14, -7, 2, 2, -104, 5, -28, 7, 60, 8, -56, 1, 9, 94, 14, -63, 1, 4, -99, 13, 69]> : tensor<24xi8>}> : () -> ()
  "memref.global"() <{sym_name = "c1", value = dense<[-200, -163, -126, -89]> : tensor<4xi32>}> : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (memref<16xi8>, memref<24xi8>, memref<4xi32>, memref<4xi8>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<16xi8>, %1: memref<24xi8>, %2: memref<4xi32>, %3: memref<4xi8>):
    %4 = "arith.constant"() <{value = 0 : index}> : () -> index
    %5 = "arith.constant"() <{value = 0 : i32}> : () -> i32
    %6 = "arith.constant"() <{value = 1 : index}> : () -> index
    %7 = "arith.constant"() <{value = 2 : index}> : () -> index
    %8 = "arith.constant"() <{value = 3 : index}> : () -> index
    %9 = "arith.constant"() <{value = -128 : i32}> : () -> i32
    %10 = "arith.constant"() <{value = 127 : i32}> : () -> i32
    %11 = "arith.constant"() <{value = 0 : i8}> : () -> i8
    %12 = "arith.constant"() <{value = 4 : index}> : () -> index
    %13 = "memref.view"(%1, %4) : (memref<24xi8>, index) -> memref<24xi8>
    %14 = "scf.for"(%4, %12, %6, %13) ({
    ^bb0(%15: index, %16: memref<24xi8>):
      %17 = "memref.subview"(%0, %4) <{size = 16 : i64}> : (memref<16xi8>, index) -> memref<16xi8>
      %18 = "memref.load"(%16, %4) : (memref<24xi8>, index) -> i8
      %19 = "arith.index_castui"(%18) : (i8) -> index
      %20 = "memref.advance"(%16) <{step = 1 : i64}> : (memref<24xi8>) -> memref<24xi8>
      %21, %22 = "scf.for"(%4, %19, %6, %5, %20) ({
      ^bb0(%23: index, %24: i32, %25: memref<24xi8>):
        %26 = "memref.load"(%25, %4) : (memref<24xi8>, index) -> i8
        %27 = "arith.index_castui"(%26) : (i8) -> index
        %28 = "memref.load"(%25, %6) : (memref<24xi8>, index) -> i8
        %29 = "memref.load"(%17, %27) : (memref<16xi8>, index) -> i8
        %30 = "arith.extsi"(%29) : (i8) -> i32
        %31 = "arith.extsi"(%28) : (i8) -> i32
        %32 = "arith.muli"(%30, %31) : (i32, i32) -> i32
        %33 = "arith.addi"(%24, %32) : (i32, i32) -> i32
        %34 = "memref.load"(%25, %7) : (memref<24xi8>, index) -> i8
        %35 = "arith.index_castui"(%34) : (i8) -> index
        %36 = "memref.load"(%25, %8) : (memref<24xi8>, index) -> i8
        %37 = "memref.load"(%17, %35) : (memref<16xi8>, index) -> i8
        %38 = "arith.extsi"(%37) : (i8) -> i32
        %39 = "arith.extsi"(%36) : (i8) -> i32
        %40 = "arith.muli"(%38, %39) : (i32, i32) -> i32
        %41 = "arith.addi"(%33, %40) : (i32, i32) -> i32
        %42 = "memref.advance"(%25) <{step = 4 : i64}> : (memref<24xi8>) -> memref<24xi8>
        "scf.yield"(%41, %42) : (i32, memref<24xi8>) -> ()
      }) : (index, index, index, i32, memref<24xi8>) -> (i32, memref<24xi8>)
      %43 = "memref.load"(%2, %15) : (memref<4xi32>, index) -> i32
      %44 = "arith.addi"(%21, %43) : (i32, i32) -> i32
      %45 = "arith.maxsi"(%44, %9) : (i32, i32) -> i32
      %46 = "arith.minsi"(%45, %10) : (i32, i32) -> i32
      %47 = "arith.trunci"(%46) : (i32) -> i8
      "memref.store"(%47, %3, %15) : (i8, memref<4xi8>, index) -> ()
      "scf.yield"(%22) : (memref<24xi8>) -> ()
    }) : (index, index, index, memref<24xi8>) -> memref<24xi8>
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<16xi8>, memref<4xi8>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%0: memref<16xi8>, %1: memref<4xi8>):
    %2 = "memref.get_global"() <{sym = "c0_d0"}> : () -> memref<24xi8>
    %3 = "memref.get_global"() <{sym = "c1"}> : () -> memref<4xi32>
    "func.call"(%0, %2, %3, %1) <{callee = @k0}> : (memref<16xi8>, memref<24xi8>, memref<4xi32>, memref<4xi8>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
