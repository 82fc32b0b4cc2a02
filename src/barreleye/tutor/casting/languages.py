"""What learners call the course's functions in Chinese, Spanish, Portuguese, French and German."""

IN_OTHER_LANGUAGES: dict[str, tuple[str, ...]] = {
    "sigmoid": ("sigmoide",),
    "initialize": (
        *("初始化参数", "参数初始化", "初始化"),
        *("inicializar_parametros", "inicializar_pesos", "initialiser_parametres", "parameter_initialisieren"),
    ),
    "forward": (
        *("前向传播", "正向传播"),
        *("propagacion_adelante", "propagacion_hacia_adelante", "propagacao_direta", "propagacao_frente"),
        *("propagation_avant", "vorwaertspropagation", "vorwärtspropagation"),
    ),
    "cost": (
        *("计算代价", "代价函数", "计算成本", "计算损失", "损失函数"),
        *("calcular_costo", "calcular_coste", "funcion_costo", "calcular_custo", "funcao_custo"),
        *("calculer_cout", "calculer_coût", "fonction_cout", "kosten_berechnen", "kostenfunktion"),
    ),
    "backward": (
        *("反向传播", "后向传播"),
        *("propagacion_atras", "propagacion_hacia_atras", "retropropagacion", "retropropagacao"),
        *("retropropagation", "propagation_arriere", "rueckwaertspropagation", "rückwärtspropagation"),
    ),
    "update": (
        *("更新参数", "参数更新", "梯度下降"),
        *("actualizar_parametros", "actualizar_pesos", "atualizar_parametros", "mise_a_jour", "mise_a_jour_parametres"),
        *("mettre_a_jour_parametres", "parameter_aktualisieren"),
    ),
    "predict": ("预测", "predecir", "prediccion", "predire", "prever", "vorhersagen", "vorhersage"),
    "model": ("训练", "训练模型", "神经网络模型", "entrenar", "entrenar_modelo", "entrainer", "treinar", "trainieren"),
}
"""By role."""
