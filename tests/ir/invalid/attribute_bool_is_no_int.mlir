"builtin.module"() ({
  %0 = "linalg.index"() <{dim = true}> : () -> index  // expected-error {{attribute 'dim' must be int, got bool}}
}) : () -> ()
