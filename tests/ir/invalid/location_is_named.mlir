"builtin.module"() ({
  %0 = "arith.constant"() : () -> f32 loc("/fc/Add"("net.onnx":0:0))  // expected-error-anywhere {{net.onnx: node "/fc/Add": arith.constant: attribute 'value' is missing}}
}) : () -> ()
