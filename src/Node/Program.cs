using Exchange.Node;

return await NodeHost.RunAsync(args is [var configuration] ? configuration : "node.yaml", Console.Out, Console.Error).ConfigureAwait(false);
