# Enough Arabic to see that pages turn round; what is absent shows in English.
direction = rtl
language-name = العربية
title-error = خطأ:
language-menu = اللغة
footer-privacy = الخصوصية
footer-terms = الشروط
footer-support = الدعم
footer-imprint = بيانات الناشر
continue-to = للمتابعة إلى { $client }
continue = متابعة
back-to = العودة إلى { $client }
try-again = حاول مرة أخرى
start-again = ابدأ من جديد
other-account = استخدام حساب آخر
show-password = إظهار كلمة المرور
username = البريد الإلكتروني أو اسم المستخدم
password = كلمة المرور
problem-sign-in-rejected = اسم المستخدم أو كلمة المرور غير صحيحة، أو أن الحساب مقفل مؤقتًا.
problem-username-missing = أدخل بريدك الإلكتروني أو اسم المستخدم.
problem-password-missing = أدخل كلمة المرور.
sign-in = تسجيل الدخول
sign-in-title = تسجيل الدخول
remember-me = إبقائي مسجَّل الدخول
forgot-password = هل نسيت كلمة المرور؟
reauth-title = أكّد هويتك
not-you = لست أنت؟
customer-title = اختر شركة
customer-search = البحث بالاسم أو الرمز أو المدينة
customer-remember = تذكُّر هذا الاختيار في { $client }
last-used = { $days ->
    [0] استُخدمت اليوم
    [1] استُخدمت أمس
    [two] استُخدمت قبل يومين
    [few] استُخدمت قبل { $days } أيام
   *[other] استُخدمت قبل { $days } يومًا
}
consent-title = هل تسمح لـ { $client }؟
allow = سماح
deny = رفض
