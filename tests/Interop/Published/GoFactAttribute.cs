using Exchange.Tests;

namespace Exchange.Interop.Tests.Published;

/// <summary>A test that builds and runs the Go program beside it: needs Go and Debian's golang-golang-x-mod-dev.</summary>
internal sealed class GoFactAttribute : FactAttribute
{
    public GoFactAttribute()
    {
        if (!Prerequisites.HasProgram("go"))
        {
            Skip = "needs go on the path";
        }
        else if (!Directory.Exists(Path.Combine(GoProgram.Libraries, "src", "golang.org", "x", "mod", "sumdb")))
        {
            Skip = "needs the Debian package golang-golang-x-mod-dev";
        }
    }
}
