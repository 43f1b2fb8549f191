"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "k2", function_type = (memref<16xf32>, memref<2xf32>, memref<16xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<16xf32>, %1: memref<2xf32>, %2: memref<16xf32>):
    %3 = "arith.constant"() <{value = 8 : index}> : () -> index
    %4 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %5 = "arith.constant"() <{value = 4 : index}> : () -> index
    %6 = "arith.constant"() <{value = 0 : index}> : () -> index
    %7 = "arith.constant"() <{value = 2 : index}> : () -> index
    %8 = "arith.constant"() <{value = 1 : index}> : () -> index
    "scf.for"(%6, %7, %8) ({
    ^bb0(%9: index):
      %10 = "arith.muli"(%9, %3) : (index, index) -> index
      %11 = "vector.load"(%0, %10) : (memref<16xf32>, index) -> vector<4xf32>
      %12 = "memref.load"(%1, %9) : (memref<2xf32>, index) -> f32
      %13 = "vector.broadcast"(%12) : (f32) -> vector<4xf32>
      %14 = "arith.divf"(%11, %13) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %15 = "arith.muli"(%9, %3) : (index, index) -> index
      "vector.store"(%14, %2, %15) : (vector<4xf32>, memref<16xf32>, index) -> ()
      %16 = "arith.addi"(%10, %5) : (index, index) -> index
      %17 = "vector.load"(%0, %16) : (memref<16xf32>, index) -> vector<4xf32>
      %18 = "arith.divf"(%17, %13) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %19 = "arith.addi"(%15, %5) : (index, index) -> index
      "vector.store"(%18, %2, %19) : (vector<4xf32>, memref<16xf32>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k1", function_type = (memref<16xf32>, memref<2xf32>, memref<16xf32>, memref<2xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<16xf32>, %1: memref<2xf32>, %2: memref<16xf32>, %3: memref<2xf32>):
    %4 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %5 = "arith.constant"() <{value = dense<0.0> : vector<4xf32>}> : () -> vector<4xf32>
    %6 = "arith.constant"() <{value = 8 : index}> : () -> index
    %7 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %8 = "arith.constant"() <{value = 4 : index}> : () -> index
    %9 = "arith.constant"() <{value = 0 : index}> : () -> index
    %10 = "arith.constant"() <{value = 2 : index}> : () -> index
    %11 = "arith.constant"() <{value = 1 : index}> : () -> index
    "scf.for"(%9, %10, %11) ({
    ^bb0(%12: index):
      %13 = "arith.muli"(%12, %6) : (index, index) -> index
      %14 = "vector.load"(%0, %13) : (memref<16xf32>, index) -> vector<4xf32>
      %15 = "memref.load"(%1, %12) : (memref<2xf32>, index) -> f32
      %16 = "vector.broadcast"(%15) : (f32) -> vector<4xf32>
      %17 = "arith.subf"(%14, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %18 = "math.exp"(%17) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>) -> vector<4xf32>
      %19 = "arith.addf"(%5, %18) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %20 = "arith.muli"(%12, %6) : (index, index) -> index
      "vector.store"(%18, %2, %20) : (vector<4xf32>, memref<16xf32>, index) -> ()
      %21 = "arith.addi"(%13, %8) : (index, index) -> index
      %22 = "vector.load"(%0, %21) : (memref<16xf32>, index) -> vector<4xf32>
      %23 = "arith.subf"(%22, %16) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %24 = "math.exp"(%23) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>) -> vector<4xf32>
      %25 = "arith.addf"(%5, %24) <{fastmath = #arith.fastmath<contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %26 = "arith.addi"(%20, %8) : (index, index) -> index
      "vector.store"(%24, %2, %26) : (vector<4xf32>, memref<16xf32>, index) -> ()
      %27 = "arith.addf"(%19, %25) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %28 = "arith.addf"(%5, %5) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %29 = "arith.addf"(%5, %5) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %30 = "arith.addf"(%5, %5) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %31 = "arith.addf"(%27, %28) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %32 = "arith.addf"(%29, %30) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %33 = "arith.addf"(%31, %32) <{fastmath = #arith.fastmath<reassoc,contract>}> : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
      %34 = "vector.reduction"(%33) <{kind = "add"}> : (vector<4xf32>) -> f32
      "memref.store"(%34, %3, %12) : (f32, memref<2xf32>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (memref<16xf32>, memref<2xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<16xf32>, %1: memref<2xf32>):
    %2 = "arith.constant"() <{value = 0xFF800000 : f32}> : () -> f32
    %3 = "arith.constant"() <{value = 0 : index}> : () -> index
    %4 = "arith.constant"() <{value = 8 : index}> : () -> index
    %5 = "arith.constant"() <{value = 1 : index}> : () -> index
    %6 = "arith.constant"() <{value = 9 : index}> : () -> index
    %7 = "arith.constant"() <{value = 2 : index}> : () -> index
    %8 = "arith.constant"() <{value = 10 : index}> : () -> index
    %9 = "arith.constant"() <{value = 3 : index}> : () -> index
    %10 = "arith.constant"() <{value = 11 : index}> : () -> index
    %11 = "arith.constant"() <{value = 4 : index}> : () -> index
    %12 = "arith.constant"() <{value = 12 : index}> : () -> index
    %13 = "arith.constant"() <{value = 5 : index}> : () -> index
    %14 = "arith.constant"() <{value = 13 : index}> : () -> index
    %15 = "arith.constant"() <{value = 6 : index}> : () -> index
    %16 = "arith.constant"() <{value = 14 : index}> : () -> index
    %17 = "arith.constant"() <{value = 7 : index}> : () -> index
    %18 = "arith.constant"() <{value = 15 : index}> : () -> index
    %19 = "memref.load"(%0, %3) : (memref<16xf32>, index) -> f32
    %20 = "arith.maximumf"(%2, %19) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %21 = "memref.load"(%0, %4) : (memref<16xf32>, index) -> f32
    %22 = "arith.maximumf"(%2, %21) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %23 = "memref.load"(%0, %5) : (memref<16xf32>, index) -> f32
    %24 = "arith.maximumf"(%2, %23) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %25 = "memref.load"(%0, %6) : (memref<16xf32>, index) -> f32
    %26 = "arith.maximumf"(%2, %25) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %27 = "memref.load"(%0, %7) : (memref<16xf32>, index) -> f32
    %28 = "arith.maximumf"(%2, %27) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %29 = "memref.load"(%0, %8) : (memref<16xf32>, index) -> f32
    %30 = "arith.maximumf"(%2, %29) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %31 = "memref.load"(%0, %9) : (memref<16xf32>, index) -> f32
    %32 = "arith.maximumf"(%2, %31) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %33 = "memref.load"(%0, %10) : (memref<16xf32>, index) -> f32
    %34 = "arith.maximumf"(%2, %33) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %35 = "memref.load"(%0, %11) : (memref<16xf32>, index) -> f32
    %36 = "arith.maximumf"(%20, %35) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %37 = "memref.load"(%0, %12) : (memref<16xf32>, index) -> f32
    %38 = "arith.maximumf"(%22, %37) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %39 = "memref.load"(%0, %13) : (memref<16xf32>, index) -> f32
    %40 = "arith.maximumf"(%24, %39) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %41 = "memref.load"(%0, %14) : (memref<16xf32>, index) -> f32
    %42 = "arith.maximumf"(%26, %41) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %43 = "memref.load"(%0, %15) : (memref<16xf32>, index) -> f32
    %44 = "arith.maximumf"(%28, %43) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %45 = "memref.load"(%0, %16) : (memref<16xf32>, index) -> f32
    %46 = "arith.maximumf"(%30, %45) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %47 = "memref.load"(%0, %17) : (memref<16xf32>, index) -> f32
    %48 = "arith.maximumf"(%32, %47) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %49 = "memref.load"(%0, %18) : (memref<16xf32>, index) -> f32
    %50 = "arith.maximumf"(%34, %49) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
    %51 = "arith.maximumf"(%36, %40) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
    %52 = "arith.maximumf"(%44, %48) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
    %53 = "arith.maximumf"(%51, %52) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
    %54 = "arith.maximumf"(%38, %42) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
    %55 = "arith.maximumf"(%46, %50) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
    %56 = "arith.maximumf"(%54, %55) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f32, f32) -> f32
    "memref.store"(%53, %1, %3) : (f32, memref<2xf32>, index) -> ()
    "memref.store"(%56, %1, %5) : (f32, memref<2xf32>, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<16xf32>, memref<16xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<16xf32>, %0: memref<16xf32>):
    %1 = "memref.alloc"() : () -> memref<2xf32>
    %2 = "memref.alloc"() : () -> memref<2xf32>
    "func.call"(%x, %1) <{callee = @k0}> : (memref<16xf32>, memref<2xf32>) -> ()
    "func.call"(%x, %1, %0, %2) <{callee = @k1}> : (memref<16xf32>, memref<2xf32>, memref<16xf32>, memref<2xf32>) -> ()
    "func.call"(%0, %2, %0) <{callee = @k2}> : (memref<16xf32>, memref<2xf32>, memref<16xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
