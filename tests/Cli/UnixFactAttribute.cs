namespace Exchange.Cli.Tests;

/// <summary>A test of file modes.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "needs file modes, which Windows does not have";
        }
    }
}
