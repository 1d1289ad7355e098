"""The CDK app, run by `cdk synth -c stage=dev` or `make deploy`; its stacks are in `infrastructure/application.py`."""

from aws_cdk import App

from infrastructure.application import build

app = App()
build(app)
app.synth()
