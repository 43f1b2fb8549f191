"builtin.module"() <{target = {name = "small", triple = "", bare = true, l1_bytes = 0 : i64, pointer_bytes = 4 : i64, registers = 8 : i64, vector_bytes = 0 : i64}, strict = false}> ({
  "memref.global"() <{sym_name = "c0", value = dense<[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -2.0, 0.0, 0.0, 0.0, 0.0, -0.25, 0.0, 0.0, 0.0, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]> : tensor<48xf32>}> : () -> ()
  "memref.global"() <{sym_name = "c0_d0", value = dense<[0, 0, 0, -64, 0, 0, 0, -65, 0, 0, 0, 63, 0, 0, 0, 0, 0, 0, -128, -66, 0, 0, 0, 64, 0, 0, -128, 63, 0, 0, -128, -65, 1, 2, 5, 11, 11, 0, 1, 3, 8, 9, 12]> : tensor<43xi8>}> : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (memref<16xf32>, memref<43xi8>, memref<3xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<16xf32>, %1: memref<43xi8>, %2: memref<3xf32>):
    %3 = "arith.constant"() <{value = 32 : index}> : () -> index
    %4 = "arith.constant"() <{value = 0 : index}> : () -> index
    %5 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %6 = "arith.constant"() <{value = 1 : index}> : () -> index
    %7 = "arith.constant"() <{value = 2 : index}> : () -> index
    %8 = "arith.constant"() <{value = 3 : index}> : () -> index
    %9 = "memref.view"(%1, %3) : (memref<43xi8>, index) -> memref<11xi8>
    %10 = "memref.view"(%1, %4) : (memref<43xi8>, index) -> memref<8xf32>
    %11, %12 = "scf.for"(%4, %8, %6, %9, %10) ({
    ^bb0(%13: index, %14: memref<11xi8>, %15: memref<8xf32>):
      %16 = "memref.subview"(%0, %4) <{size = 16 : i64}> : (memref<16xf32>, index) -> memref<16xf32>
      %17 = "memref.load"(%14, %4) : (memref<11xi8>, index) -> i8
      %18 = "arith.index_castui"(%17) : (i8) -> index
      %19 = "memref.advance"(%14) <{step = 1 : i64}> : (memref<11xi8>) -> memref<11xi8>
      %20, %21, %22 = "scf.for"(%4, %18, %6, %5, %19, %15) ({
      ^bb0(%23: index, %24: f32, %25: memref<11xi8>, %26: memref<8xf32>):
        %27 = "memref.load"(%25, %4) : (memref<11xi8>, index) -> i8
        %28 = "arith.index_castui"(%27) : (i8) -> index
        %29 = "memref.load"(%26, %4) : (memref<8xf32>, index) -> f32
        %30 = "memref.load"(%16, %28) : (memref<16xf32>, index) -> f32
        %31 = "arith.mulf"(%30, %29) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %32 = "arith.addf"(%24, %31) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %33 = "memref.load"(%25, %6) : (memref<11xi8>, index) -> i8
        %34 = "arith.index_castui"(%33) : (i8) -> index
        %35 = "memref.load"(%26, %6) : (memref<8xf32>, index) -> f32
        %36 = "memref.load"(%16, %34) : (memref<16xf32>, index) -> f32
        %37 = "arith.mulf"(%36, %35) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %38 = "arith.addf"(%32, %37) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %39 = "memref.load"(%25, %7) : (memref<11xi8>, index) -> i8
        %40 = "arith.index_castui"(%39) : (i8) -> index
        %41 = "memref.load"(%26, %7) : (memref<8xf32>, index) -> f32
        %42 = "memref.load"(%16, %40) : (memref<16xf32>, index) -> f32
        %43 = "arith.mulf"(%42, %41) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %44 = "arith.addf"(%38, %43) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %45 = "memref.load"(%25, %8) : (memref<11xi8>, index) -> i8
        %46 = "arith.index_castui"(%45) : (i8) -> index
        %47 = "memref.load"(%26, %8) : (memref<8xf32>, index) -> f32
        %48 = "memref.load"(%16, %46) : (memref<16xf32>, index) -> f32
        %49 = "arith.mulf"(%48, %47) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %50 = "arith.addf"(%44, %49) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
        %51 = "memref.advance"(%25) <{step = 4 : i64}> : (memref<11xi8>) -> memref<11xi8>
        %52 = "memref.advance"(%26) <{step = 4 : i64}> : (memref<8xf32>) -> memref<8xf32>
        "scf.yield"(%50, %51, %52) : (f32, memref<11xi8>, memref<8xf32>) -> ()
      }) : (index, index, index, f32, memref<11xi8>, memref<8xf32>) -> (f32, memref<11xi8>, memref<8xf32>)
      "memref.store"(%20, %2, %13) : (f32, memref<3xf32>, index) -> ()
      "scf.yield"(%21, %22) : (memref<11xi8>, memref<8xf32>) -> ()
    }) : (index, index, index, memref<11xi8>, memref<8xf32>) -> (memref<11xi8>, memref<8xf32>)
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<16xf32>, memref<3xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%0: memref<16xf32>, %1: memref<3xf32>):
    %2 = "memref.get_global"() <{sym = "c0_d0"}> : () -> memref<43xi8>
    "func.call"(%0, %2, %1) <{callee = @k0}> : (memref<16xf32>, memref<43xi8>, memref<3xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
