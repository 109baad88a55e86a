using Exchange.Tests;

namespace Exchange.Interop.Tests;

/// <summary>A test that runs the JavaScript program beside it: needs Node.js and, once, <c>npm ci</c> in its folder.</summary>
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        if (!Prerequisites.HasProgram("node"))
        {
            Skip = "needs node on the path";
        }
        else if (!Directory.Exists(Path.Combine(NodeScript.Folder, "node_modules")))
        {
            Skip = "needs `npm ci` in tests/Interop/node";
        }
    }
}
