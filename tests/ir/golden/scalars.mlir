"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "scalars", function_type = () -> (f64, f32, f64, f32, vector<16xf32>, i1, i32, i64, index, vector<4xi32>), role = "function"}> ({
    %0 = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
    %1 = "arith.constant"() <{value = 0x7F800000 : f32}> : () -> f32
    %2 = "arith.constant"() <{value = 0xFFF0000000000000 : f64}> : () -> f64
    %3 = "arith.constant"() <{value = 0x7FC00000 : f32}> : () -> f32
    %4 = "arith.constant"() <{value = dense<0.1> : vector<16xf32>}> : () -> vector<16xf32>
    %5 = "arith.constant"() <{value = true}> : () -> i1
    %6 = "arith.constant"() <{value = -3 : i32}> : () -> i32
    %7 = "arith.constant"() <{value = 7 : i64}> : () -> i64
    %8 = "arith.constant"() <{value = 4 : index}> : () -> index
    %9 = "arith.constant"() <{value = dense<-1> : vector<4xi32>}> : () -> vector<4xi32>
    %10 = "arith.addf"(%0, %0) <{fastmath = #arith.fastmath<reassoc,contract>}> : (f64, f64) -> f64 loc("f.py":3:7)
    "func.return"(%0, %1, %2, %3, %4, %5, %6, %7, %8, %9) : (f64, f32, f64, f32, vector<16xf32>, i1, i32, i64, index, vector<4xi32>) -> ()
  }) : () -> ()
}) : () -> ()
