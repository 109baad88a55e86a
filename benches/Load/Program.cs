using System.Text;
using Exchange.Benches.Load.Commands;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await LoadCommandLine.InvokeAsync(args, Console.Out, Console.Error);
