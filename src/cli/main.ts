console.log("rnnq");
