"builtin.module"() ({
  "func.return"() : () -> ()  // expected-error {{stands inside a region of builtin.module}}
}) : () -> ()
