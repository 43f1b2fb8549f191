"builtin.module"() <{strict = false}> ({
  "memref.global"() <{sym_name = "w", value = dense_resource<c286cab15e72b5d6b1d7e> : tensor<100xf32>, offset = 64 : i64}> : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<64xf32>, memref<64xf32>) -> (), role = "entry", num_inputs = 1 : i64}> ({
  ^bb0(%0: memref<64xf32>, %1: memref<64xf32>):
    %2 = "arith.constant"() <{value = 0 : index}> : () -> index
    %3 = "memref.get_global"() <{sym = "w"}> : () -> memref<100xf32>
    %4 = "vector.load"(%0, %2) <{alignment = 64 : i64}> : (memref<64xf32>, index) -> vector<16xf32>
    %5 = "vector.load"(%3, %2) : (memref<100xf32>, index) -> vector<16xf32>
    %6 = "arith.mulf"(%4, %5) : (vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    "vector.store"(%6, %1, %2) : (vector<16xf32>, memref<64xf32>, index) -> ()
    %7 = "memref.alloc"() : () -> memref<8xi32>
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
