"builtin.module"() ({
  "mr.frobnicate"() : () -> ()  // expected-error {{unknown operation 'mr.frobnicate'}}
}) : () -> ()
