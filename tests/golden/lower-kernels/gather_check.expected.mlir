"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "k0", function_type = (memref<2xi64>, memref<4xf32>, memref<8xf32>) -> (), role = "kernel"}> ({
  ^bb0(%0: memref<2xi64>, %1: memref<4xf32>, %2: memref<8xf32>):
    %3 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %4 = "arith.constant"() <{value = 0 : index}> : () -> index
    %5 = "arith.constant"() <{value = dense<0> : vector<2xindex>}> : () -> vector<2xindex>
    %6 = "arith.constant"() <{value = 1 : index}> : () -> index
    %7 = "arith.constant"() <{value = 4 : index}> : () -> index
    %8 = "arith.constant"() <{value = 2 : index}> : () -> index
    %9 = "arith.constant"() <{value = dense<2> : vector<2xindex>}> : () -> vector<2xindex>
    "scf.for"(%4, %8, %6) ({
    ^bb0(%10: index):
      %11 = "vector.step"() <{size = 2 : i64}> : () -> vector<2xindex>
      %12 = "arith.addi"(%5, %11) : (vector<2xindex>, vector<2xindex>) -> vector<2xindex>
      %13 = "memref.load"(%0, %10) : (memref<2xi64>, index) -> i64
      %14 = "arith.index_cast"(%13) : (i64) -> index
      %15 = "arith.cmpi"(%14, %4) <{predicate = 2 : i64}> : (index, index) -> i1
      %16 = "arith.addi"(%14, %6) : (index, index) -> index
      %17 = "arith.select"(%15, %16, %14) : (i1, index, index) -> index
      %18 = "arith.cmpi"(%17, %4) <{predicate = 5 : i64}> : (index, index) -> i1
      %19 = "arith.cmpi"(%17, %6) <{predicate = 2 : i64}> : (index, index) -> i1
      %20 = "arith.andi"(%18, %19) : (i1, i1) -> i1
      "mr.check"(%20) <{code = "index"}> : (i1) -> ()
      %21 = "arith.maxsi"(%17, %4) : (index, index) -> index
      %22 = "arith.minsi"(%21, %4) : (index, index) -> index
      %23 = "arith.muli"(%22, %7) : (index, index) -> index
      %24 = "arith.addi"(%23, %4) : (index, index) -> index
      %25 = "vector.load"(%1, %24) : (memref<4xf32>, index) -> vector<2xf32>
      %26 = "arith.muli"(%10, %7) : (index, index) -> index
      "vector.store"(%25, %2, %26) : (vector<2xf32>, memref<8xf32>, index) -> ()
      %27 = "vector.step"() <{size = 2 : i64}> : () -> vector<2xindex>
      %28 = "arith.addi"(%9, %27) : (vector<2xindex>, vector<2xindex>) -> vector<2xindex>
      %29 = "memref.load"(%0, %10) : (memref<2xi64>, index) -> i64
      %30 = "arith.index_cast"(%29) : (i64) -> index
      %31 = "arith.cmpi"(%30, %4) <{predicate = 2 : i64}> : (index, index) -> i1
      %32 = "arith.addi"(%30, %6) : (index, index) -> index
      %33 = "arith.select"(%31, %32, %30) : (i1, index, index) -> index
      %34 = "arith.cmpi"(%33, %4) <{predicate = 5 : i64}> : (index, index) -> i1
      %35 = "arith.cmpi"(%33, %6) <{predicate = 2 : i64}> : (index, index) -> i1
      %36 = "arith.andi"(%34, %35) : (i1, i1) -> i1
      "mr.check"(%36) <{code = "index"}> : (i1) -> ()
      %37 = "arith.maxsi"(%33, %4) : (index, index) -> index
      %38 = "arith.minsi"(%37, %4) : (index, index) -> index
      %39 = "arith.muli"(%38, %7) : (index, index) -> index
      %40 = "arith.addi"(%39, %8) : (index, index) -> index
      %41 = "vector.load"(%1, %40) : (memref<4xf32>, index) -> vector<2xf32>
      %42 = "arith.addi"(%26, %8) : (index, index) -> index
      "vector.store"(%41, %2, %42) : (vector<2xf32>, memref<8xf32>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<4xf32>, memref<2xi64>, memref<8xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 2 : i64}> ({
  ^bb0(%x: memref<4xf32>, %i: memref<2xi64>, %0: memref<8xf32>):
    "func.call"(%i, %x, %0) <{callee = @k0}> : (memref<2xi64>, memref<4xf32>, memref<8xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
