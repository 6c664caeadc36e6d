using Granary.Faults.Host;
using Granary.Git;
using Granary.Grains.Git.Packs;
using Granary.Grains.Git.Refs;
using Granary.Silo.Hosting;

// The server with faults at named points of a push. The first argument is the folder by which a test arms them; what the
// harness appends, the path of the server that this one stands for, is of no use here.
var points = new FaultPoints(args[0]);
return await Server.RunAsync([], services =>
{
    services.AddSingleton(points);
    services.AddSingleton<IWriteObserver, TurnFaults>();
    services.AddSingleton<PackReceiver>();
    services.AddSingleton<IPackReceiver, FaultyPackReceiver>();
    services.AddSingleton<IIncomingGrainCallFilter, AnswerFaults>();
});
