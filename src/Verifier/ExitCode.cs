namespace Exchange.Verifier;

/// <summary>What scripts can trust.</summary>
internal static class ExitCode
{
    internal const int Verified = 0;
    internal const int FailedVerification = 1;
    internal const int BadUsage = 2;
}
