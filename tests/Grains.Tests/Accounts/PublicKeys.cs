namespace Granary.Grains.Tests.Accounts;

/// <summary>Public keys that ssh-keygen made; the two of security keys carry points of the others.</summary>
internal static class PublicKeys
{
    public const string Ed25519 =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIArSEJAd9Ti5IHTohRW3z8jzvaplGZDsMToGSZ4/3Hkr test@granary";

    public const string Ecdsa256 =
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPajBpz5c2eXs82JFef1mXQk1wwtHVgxdObrIb"
        + "YBznutdfFT7WcPftVGtBNMKHWdc1B7g6h3an0oCYUzn9kXXNU= test@granary";

    public const string Ecdsa384 =
        "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBAy9Fzt7mTUGVMe6TZk71PrhdiGYAia6zUuvqW"
        + "sofTqLanXmDaJCBLmHwTVMCHCN0CZSXwM5Nyqnq9/qPhvN8hm9FOX124mivTV3Il42eFmK2wIfLlbp7nMGTwPeDp/DsQ== test@granary";

    public const string Ecdsa521 =
        "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBADku1ecv+9yV0ZMVkUVtFukIXnZZkKVcvXF2E"
        + "je4z1uAf0SY1kJxvYuC917Otx4X1K3FZUNQT8SmujnZ9sByopvUQC/YBKaVM7kEktPwbosyWOskPX586cU7tPSVuppYx6USPMTRktRPBlXH+yL"
        + "oVIl8aDmfdNEbNsSW5jSCraZCiH5VA== test@granary";

    public const string Rsa3072 =
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQDju2IS6Q0hqHX4UichXxD3ZAb6LX2yaK5q7HyufPMwMjBglhfdeE7tVXyTVK8QQYRkOkW0Mw"
        + "MIvIkqp6RhZGNMHue7s7ifzpzgU6LNiGoBTGTjFYiq6dZPELrOnApNRF5EGD7zLfRtxI2Pd6QorRN54AL88kJdGuDCoSX8IKHnX4VNJjNEaS/m"
        + "TOo06BFfnHWUkYisqhkJ8yaAYfM8FxuHU0QXWfdHERgR6c8HxugBCbRqKbKtCxeQq26hCWkgBxuY5YJoF4maPsoWMdo8moy0wOQMibUWVDEXQP"
        + "y18ucHqMN1eCQbtbiU5AGV+xQT6TiDqEME2xn89Agt/qCfSIDBvHlQ5WMY4L5pMlpwYxoNlQKdI3pSGtoYbnJvu3BdOQC5VjgH/btH9OURbvIr"
        + "RTVnyN+MneMI0NWcgfDDiOG+MOe9BGlvTEly17RO5cBK2AJYC8ZD/+I1uMa3wB8k5kIHTtVOWj79v7C9MEXkNuIZDiCS9F/QTxui/tMzjNy4Nf"
        + "U= test@granary";

    public const string Rsa2048 =
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC97BoWzbznsZwzKztKqOB0qvc8oz5Hpex1HzGxbH9TLD1cc0tTy4x412y4F2cA7Cv7Yh1muy"
        + "u0hF6K08pYdMEs2CBlPwpBGdUVGlgHW9qZT/hhc5/hXvXJwNvAAHLsLQtzh73Xw/stuRz291qqzBh+2xmdsN2XKyQOwlpDWLHzr2zV5290uObw"
        + "sl3VS9tGD06BHX4ApjTmzdvdotIA5e3GIu6ohbCR6GAQQcq8iZmQnKCkUH1U4hIrWwC/KMwcR7rgFVqk4OzMG+mgArGIj95xSihyzgLL5CGGd6"
        + "GV4TH72nmqOgdx92ZV5lmTqOIE1xHf8oLJUmSD+fo65bLdJ/Ep test@granary";

    public const string Dsa =
        "ssh-dss AAAAB3NzaC1kc3MAAACBAOnQ7FUev+3/FPJ41kzsR3D9XOKNSOIwW91SQT1GgQC5nEl/4B4rr2I8YkP3cQ43B3qA6FuCpGNWmHIIwe"
        + "tUXt7OHCYPmrOO/rWhE7rpbbywhyxzSpikT2IHt935lzU1YyzdK7X0ZEgAcNje396KS+Q9ztO5BIUuaReBXBGxIdLbAAAAFQDj+iY0cfrpy3pY"
        + "E2AD1kerxT646wAAAIAOf2+uU7DlGX327u3B03V9F07U/EB7hOGYLW4RaUhyde58DDP+C+3g7YB/C5+1FcJ7BjLzYjg/aS7Be88T/hWaSvmXIS"
        + "TjBzdkLsV7bT866wPc4v1yh+hd/1uZSiCABmfpf/Hp3T4sGPE0QSLFbfCZMN64wGXzPtSoS/XmnOEOkAAAAIEAvA6uPWMSVm5jRd7HZXq/IcZn"
        + "8DBBzMKkQY9dM6mBwQHBcjkCJxWbf7koLU8Se25m1DFyd9y4qHOjWLRpJCpTc8a726Pty0S2Y4XSCFjMugWSAshAqErsQPHJwWRHpzWFQsJZw3"
        + "L0w/8DzQJXOCSOeEksPQSLN0PEUNxZw4KmaGs= test@granary";

    public const string SkEd25519 =
        "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIArSEJAd9Ti5IHTohRW3z8jzvaplGZDsMToGSZ4"
        + "/3HkrAAAABHNzaDo= token";

    public const string SkEcdsa256 =
        "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBBPa"
        + "jBpz5c2eXs82JFef1mXQk1wwtHVgxdObrIbYBznutdfFT7WcPftVGtBNMKHWdc1B7g6h3an0oCYUzn9kXXNUAAAAEc3NoOg== token";
}
